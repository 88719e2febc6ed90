import { render } from 'preact';

render(<h1>ponor</h1>, document.getElementById('app') as HTMLElement);
