import { GraphChart, SankeyChart } from 'echarts/charts';
import { TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

// Loaded where a page draws nodes and what is between them; lines, bars and heat maps are drawn without it.
use([GraphChart, SankeyChart, TooltipComponent, LabelLayout, CanvasRenderer]);

export { init };
