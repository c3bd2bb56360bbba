import { useThemeMode } from '@/hooks/use-theme-mode';
import { stageColor } from '@/lib/stages';

type Props = { code: string; name: string; codes: string[] };

/** A stage's color and name. */
export function StageTag({ code, name, codes }: Props) {
  const { scheme } = useThemeMode();
  const color = stageColor(code, codes, scheme);
  return (
    <span className="db-stage-tag">
      <span className="db-swatch" style={{ background: color.fill, borderColor: color.stroke }} aria-hidden="true" />
      {name}
    </span>
  );
}
