import 'uplot/dist/uPlot.min.css';
import './design/tokens.css';
import './design/base.css';
import { mount } from 'svelte';
import Viewer from './Viewer.svelte';

mount(Viewer, { target: document.getElementById('app')! });
