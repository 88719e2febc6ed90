import 'uplot/dist/uPlot.min.css';
import './style/index.css';

import { render } from 'preact';

import { language } from './i18n';
import { App } from './shell/app';
import { startRouter } from './shell/router';
import { startTheme } from './shell/theme';

const place = document.getElementById('app');
if (place) {
  document.documentElement.lang = language;
  startTheme();
  startRouter();
  render(<App />, place);
}
