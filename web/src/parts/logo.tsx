/** A river that leaves its bed through a hole in the ground and goes on below. `public/favicon.svg` is the same. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <path class="logo-sky" d="M8 0h16a8 8 0 0 1 8 8v5H0V8a8 8 0 0 1 8-8z" />
      <path class="logo-ground" d="M0 13h32v11a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8z" />
      <g fill="none" stroke-width="3.2" stroke-linecap="round">
        <path class="logo-river" d="M4 9.5h6.5c3.7 0 5.5 1.8 5.5 5.5v4.5c0 4.3 2.2 6.5 6.5 6.5H28" />
        <path class="logo-bed" d="M21.5 9.5H28" />
      </g>
    </svg>
  );
}
