import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** How wide an element is, now and when that changes; 0 until it is laid out. */
export function useWidth<Element extends HTMLElement>(): [RefObject<Element | null>, number] {
  const element = useRef<Element>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const here = element.current;
    if (!here) return;
    setWidth(here.clientWidth);
    const watcher = new ResizeObserver(() => setWidth(here.clientWidth));
    watcher.observe(here);
    return () => watcher.disconnect();
  }, []);
  return [element, width];
}
