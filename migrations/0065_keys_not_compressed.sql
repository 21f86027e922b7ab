-- Keys of long cells are read for each late fact of their day, and for each day of its week and month: to unpack them cost a third of
-- restating. What was written before stays as it is until its cell is written anew.
alter table indicator_cells alter column subjects set storage external;
