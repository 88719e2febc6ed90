/** Calls `act` every `every` milliseconds while the page is visible, and as soon as it is so again, until the returned function is
 * called. */
export function whileSeen(act: () => void, every: number): () => void {
  const look = () => document.hidden || act();
  const timer = setInterval(look, every);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
