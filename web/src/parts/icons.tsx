/** Our own small drawings, 16 by 16, in the colour of the text beside them. Each shape differs, not only its colour. */
import type { ComponentChildren } from 'preact';

import type { Verdict } from '../api/types';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">
        {children}
      </g>
    </svg>
  );
}

const VERDICT_SHAPES: Record<Verdict, ComponentChildren> = {
  stopped: (
    <>
      <path d="M5.4 1.9h5.2l3.5 3.5v5.2l-3.5 3.5H5.4l-3.5-3.5V5.4z" />
      <path d="M5 8h6" stroke-width="2.25" />
    </>
  ),
  allowed: <path d="M2 8h11M9 3.8 13.2 8 9 12.2" />,
  cached: <path d="M13.4 8a5.4 5.4 0 1 1-1.7-3.9M13.6 1.8v3h-3" />,
  local: <path d="M2 7.6 8 2.4l6 5.2M3.9 6.6v6.9h8.2V6.6" />,
  failed: (
    <>
      <path d="M8 2 14.6 13.6H1.4z" />
      <path d="M8 6.4v3.2M8 11.6v.01" />
    </>
  ),
};

export const VerdictIcon = ({ verdict }: { verdict: Verdict }) => <Icon>{VERDICT_SHAPES[verdict]}</Icon>;

export const CheckIcon = () => (
  <Icon>
    <path d="m2.6 8.4 3.6 3.6 7.2-7.6" stroke-width="2.25" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m4.5 6 3.5 3.8L11.5 6" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon>
    <path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.25" />
  </Icon>
);
export const PlayIcon = () => (
  <Icon>
    <path d="M5 3.2v9.6l7.5-4.8z" />
  </Icon>
);
export const CrossIcon = () => (
  <Icon>
    <path d="m4.5 4.5 7 7m0-7-7 7" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.9" />
    <path d="M8 1.2v1.3M8 13.5v1.3M1.2 8h1.3M13.5 8h1.3M3.2 3.2l.9.9M11.9 11.9l.9.9M3.2 12.8l.9-.9M11.9 4.1l.9-.9" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M13.4 9.8A5.9 5.9 0 0 1 6.2 2.6a5.9 5.9 0 1 0 7.2 7.2z" />
  </Icon>
);
export const LanguageIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.9" />
    <path d="M2.1 8h11.8M8 2.1c3.4 3.4 3.4 8.4 0 11.8M8 2.1c-3.4 3.4-3.4 8.4 0 11.8" />
  </Icon>
);
export const SettingsIcon = () => (
  <Icon>
    <path d="M1.8 4.6h5.4M11.2 4.6h3M1.8 11.4h3M8.8 11.4h5.4" />
    <circle cx="9.2" cy="4.6" r="1.9" />
    <circle cx="6.8" cy="11.4" r="1.9" />
  </Icon>
);
export const SystemIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.9" />
    <path d="M8 2.1v11.8A5.9 5.9 0 0 0 8 2.1z" fill="currentColor" />
  </Icon>
);
