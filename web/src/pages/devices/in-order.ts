import type { Device, TopLine } from '../../api/types';

/** Devices with what they asked in a time, those that asked most first; the others by name. */
export function inOrder(devices: Device[], lines: TopLine[]): { device: Device; asked: TopLine | undefined }[] {
  const asked = new Map(lines.map((line) => [line.key, line]));
  const rows = devices.map((device) => ({ device, asked: asked.get(device.id) }));
  const called = ({ name, id }: Device) => name ?? id;
  return rows.sort(
    (one, other) =>
      (other.asked?.queries ?? 0) - (one.asked?.queries ?? 0) || called(one.device).localeCompare(called(other.device)),
  );
}
