import { useFormat } from '@/hooks/use-format';
import { useThemeMode } from '@/hooks/use-theme-mode';
import { stageColor } from '@/lib/stages';

type Part = { code: string; name: string; consumers: number; share: number };
type Props = { parts: Part[]; label: string };

/** How the chain is shared out among its stages, as one bar whose parts carry their own labels. */
export function StageBar({ parts, label }: Props) {
  const format = useFormat();
  const { scheme } = useThemeMode();
  const codes = parts.map((part) => part.code);
  const text = parts.map((part) => `${part.name} ${format.exact(part.consumers)} (${format.rate(part.share)})`).join(', ');
  return (
    <div className="db-stage-bar" role="img" aria-label={`${label}: ${text}`}>
      <div className="db-stage-bar-track" aria-hidden="true">
        {parts
          .filter((part) => part.consumers > 0)
          .map((part) => {
            const color = stageColor(part.code, codes, scheme);
            return <div key={part.code} style={{ flexGrow: part.share, background: color.fill, borderColor: color.stroke }} />;
          })}
      </div>
      <div className="db-stage-bar-labels" aria-hidden="true">
        {parts.map((part) => (
          <span key={part.code}>
            <span className="db-swatch" style={{ background: stageColor(part.code, codes, scheme).fill, borderColor: stageColor(part.code, codes, scheme).stroke }} />
            {part.name} <b className="db-figure">{format.count(part.consumers)}</b> <span className="db-muted">{format.rate(part.share)}</span>
          </span>
        ))}
      </div>
    </div>
  );
}
