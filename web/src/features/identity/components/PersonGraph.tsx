import '../identity.css';

import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useIsNarrow } from '@/hooks/use-theme-mode';
import { idTypeName } from '@/lib/id-types';

import type { PersonGraph as Graph } from '../model/graph';
import { mainPart, OUTCOMES } from '../model/graph';
import type { Placed } from '../model/layout';
import { boxBeside, layoutOf } from '../model/layout';
import type { Words } from '../model/words';
import { idName, outcomeName } from '../model/words';
import { GraphLine, LineSample } from './GraphLine';
import type { Chosen } from './Reasons';
import { Reasons } from './Reasons';

/** Height of a box up to which it has one line. */
const ONE_LINE = 40;
const ARROWS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];

/** Ids as boxes, links as lines; whatever is pointed at or focused has its reasons beside. */
export function PersonGraph({ graph, words }: { graph: Graph; words: Words }) {
  const { t } = useTranslation();
  const layout = layoutOf(graph, useIsNarrow());
  const { measures } = layout;
  const [chosen, setChosen] = useState<Chosen>();
  const boxes = useRef(new Map<number, HTMLButtonElement>());
  // One of them is reached by Tab, the others by arrow keys.
  const focusable = chosen?.kind === 'node' ? chosen.profile : layout.nodes[0]?.profile;
  const isLit = (a: number, b: number, key: string) => (chosen?.kind === 'node' ? chosen.profile === a || chosen.profile === b : chosen?.key === key);
  const outcomes = new Set(graph.edges.map((edge) => mainPart(edge)?.outcome));
  const nLinks = (profile: number) => graph.edges.filter((edge) => edge.a === profile || edge.b === profile).length;
  return (
    <div className="db-graph">
      <div className="db-graph-scroll" role="group" aria-label={t('identity.graph')}>
        <div className="db-graph-plane" style={{ width: layout.width, height: layout.height }}>
          <svg width={layout.width} height={layout.height} aria-hidden>
            {layout.lines.map((line) => (
              <GraphLine
                key={line.edge.key}
                line={line}
                isLit={isLit(line.edge.a, line.edge.b, line.edge.key)}
                isDim={chosen !== undefined && !isLit(line.edge.a, line.edge.b, line.edge.key)}
                onChoose={() => setChosen({ kind: 'edge', key: line.edge.key })}
              />
            ))}
          </svg>
          {layout.nodes.map((node) => (
            <button
              key={node.profile}
              type="button"
              ref={(box) => {
                if (box === null) boxes.current.delete(node.profile);
                else boxes.current.set(node.profile, box);
              }}
              className={boxClass(node, chosen?.kind === 'node' && chosen.profile === node.profile, measures.height > ONE_LINE)}
              style={{ left: node.x, top: node.y, width: measures.width, height: measures.height }}
              tabIndex={node.profile === focusable ? 0 : -1}
              aria-label={[idName(node.profile, words), node.role === 'asked' || node.role === 'compared' ? t(`identity.role.${node.role}`) : '', t('identity.n_links', { n: nLinks(node.profile) })].filter(Boolean).join(', ')}
              onFocus={() => setChosen({ kind: 'node', profile: node.profile })}
              onMouseEnter={() => setChosen({ kind: 'node', profile: node.profile })}
              onKeyDown={(event) => {
                if (!ARROWS.includes(event.key)) return;
                event.preventDefault();
                const next = boxBeside(layout.nodes, node.profile, event.key);
                if (next !== undefined) boxes.current.get(next)?.focus();
              }}
            >
              <BoxText node={node} words={words} />
            </button>
          ))}
        </div>
      </div>
      <Reasons graph={graph} chosen={chosen} words={words} />
      <ul className="db-graph-legend" aria-label={t('identity.legend')}>
        {OUTCOMES.filter((outcome) => outcomes.has(outcome)).map((outcome) => (
          <li key={outcome}>
            <LineSample outcome={outcome} /> {outcomeName(outcome, t)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function boxClass(node: Placed, isChosen: boolean, isHigh: boolean): string {
  return ['db-graph-box', `db-graph-box-${node.role}`, ...(isChosen ? ['db-graph-box-chosen'] : []), ...(isHigh ? ['db-graph-box-high'] : [])].join(' ');
}

function BoxText({ node: { id, profile }, words: { t } }: { node: Placed; words: Words }) {
  return (
    <>
      <span className="db-graph-type">{id === undefined ? t('identity.others_profile') : idTypeName(id.type, t)}</span> <span className="db-graph-value">{id === undefined ? profile : id.masked}</span>
    </>
  );
}
