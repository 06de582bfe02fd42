/** `table` and `data_table`: native HTML tables, the latter in pages. */
import { useState } from "react";
import type { Block, Json } from "../types";
import { ActionElement } from "./Elements";
import { Library } from "./Library";
import { plain } from "./Text";

type Cell = Json & { type: string };

function CellContent({ cell, blockId }: { cell: Cell; blockId: string }) {
  if (cell.type === "rich_text") return <Library block={cell} />;
  if (cell.type === "action_cell") {
    return cell.element ? (
      <ActionElement blockId={blockId} element={cell.element} />
    ) : (
      <>{plain(cell.fallback)}</>
    );
  }
  if (cell.type === "raw_number") return <>{cell.text ?? String(cell.value ?? "")}</>;
  return <>{plain(cell.text)}</>;
}

function Row({
  cells,
  settings,
  head,
  blockId,
  rowHead,
}: {
  cells: Cell[];
  settings: (Json | null)[];
  head: boolean;
  blockId: string;
  rowHead: number | null;
}) {
  return (
    <tr>
      {cells.map((cell, index) => {
        const setting = settings[index] ?? {};
        const align = setting.align ?? (cell.type === "raw_number" ? "right" : "left");
        const className = `align-${align}${setting.is_wrapped ? " wrapped" : ""}`;
        const content = <CellContent cell={cell} blockId={blockId} />;
        if (head)
          return (
            <th key={index} scope="col" className={className}>
              {content}
            </th>
          );
        if (index === rowHead)
          return (
            <th key={index} scope="row" className={className}>
              {content}
            </th>
          );
        return (
          <td key={index} className={className}>
            {content}
          </td>
        );
      })}
    </tr>
  );
}

export function Table({ block }: { block: Block }) {
  const [head, ...rows] = (block.rows ?? []) as Cell[][];
  const settings = (block.column_settings ?? []) as (Json | null)[];
  const shared = { settings, blockId: block.block_id ?? "", rowHead: null };
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label="Table">
      <table>
        {head && (
          <thead>
            <Row {...shared} cells={head} head />
          </thead>
        )}
        <tbody>
          {rows.map((cells, index) => (
            <Row key={index} {...shared} cells={cells} head={false} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function DataTable({ block }: { block: Block }) {
  const [page, setPage] = useState(0);
  const [head = [], ...rows] = (block.rows ?? []) as Cell[][];
  const size = Number(block.page_size ?? 5);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(page, pages - 1);
  const settings = alignment(head.length, rows);
  const shared = {
    settings,
    blockId: block.block_id ?? "",
    rowHead: block.row_header_column_index ?? 0,
  };
  return (
    <div className="data-table">
      <div
        className="table-frame"
        tabIndex={0}
        role="region"
        aria-label={plain(block.caption) || "Table"}
      >
        <table>
          <caption>{plain(block.caption)}</caption>
          <thead>
            <Row {...shared} cells={head} head />
          </thead>
          <tbody>
            {rows.slice(at * size, (at + 1) * size).map((cells, index) => (
              <Row key={index} {...shared} cells={cells} head={false} />
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div className="pager">
          <button
            type="button"
            className="element"
            aria-disabled={at === 0}
            onClick={() => setPage(Math.max(0, at - 1))}
          >
            Previous rows
          </button>
          <span aria-live="polite">
            {at * size + 1}–{Math.min(rows.length, (at + 1) * size)} of {rows.length}
          </span>
          <button
            type="button"
            className="element"
            aria-disabled={at === pages - 1}
            onClick={() => setPage(Math.min(pages - 1, at + 1))}
          >
            Next rows
          </button>
        </div>
      )}
    </div>
  );
}

/** A column of numbers stands right, its heading too. */
function alignment(columns: number, rows: Cell[][]): Json[] {
  return Array.from({ length: columns }, (_, index) => ({
    align:
      rows.length > 0 && rows.every((row) => row[index]?.type === "raw_number") ? "right" : "left",
  }));
}
