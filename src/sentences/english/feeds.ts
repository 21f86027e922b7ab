/** What became of catalogues that are pulled from an address. */
export const feeds = {
  'feed.private-address':
    '{host} is at {address}, which is no public address: PANNIER_FEED_NETWORKS names private networks that feeds may come from.',
  'feed.unreachable': '{host} cannot be reached: {why}.',
  'feed.led-on': 'The server of the feed leads on more than {most} times.',
  'feed.led-astray':
    'The server of the feed leads on to an address that is none of http or https, or from https to http.',
  'feed.status': 'The server of the feed answers with {status}.',
  'feed.packed': 'The server of the feed packs it by {encoding}, which is not understood: gzip is.',
  'feed.too-large': 'The feed is larger than {size} MB.',
  'feed.too-slow': 'The feed has not come whole within {seconds} seconds.',
  'feed.broken-off': 'The feed broke off before it was whole.',
  'feed.unreadable': 'The feed cannot be taken in: {why}',
  'feed.no-items': 'The feed holds no item that is understood.',
  'feed.refused': 'The rows of the feed do not pass the gate, and nothing was taken in: import {import} says why.',
  'feed.fewer':
    '{gone} of {before} items have vanished from the feed: nothing was hidden. If that is right, pull it with accept_fewer.',
  'feed.died': 'The service ended while the feed was being pulled.',
} as const;
