/** The sandbox's clock, ticking between two readings. */
import { useEffect, useState } from "react";

export function useClock(reading: string | undefined): Date {
  const [offset, setOffset] = useState(0);
  const [, tick] = useState(0);
  useEffect(() => {
    if (reading !== undefined) setOffset(new Date(reading).getTime() - Date.now());
  }, [reading]);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  return new Date(Date.now() + offset);
}
