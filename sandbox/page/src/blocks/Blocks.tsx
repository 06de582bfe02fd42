/** Every block finds its component here; nothing is ever invisible. */
import { useState } from "react";
import type { Block, Element, Json } from "../types";
import { ActionElement } from "./Elements";
import { Input } from "./Input";
import { DRAWN, Library, Unknown } from "./Library";
import { safe } from "./mrkdwn";
import { useSurface } from "./surface";
import { DataTable, Table } from "./Table";
import { plain, Text } from "./Text";

function Section({ block }: { block: Block }) {
  const accessory = block.accessory as Element | undefined;
  return (
    <div className="section">
      <div className="section-text">
        {block.text && (
          <div>
            <Text text={block.text} />
          </div>
        )}
        {block.fields && (
          <div className="fields">
            {(block.fields as Json[]).map((field, index) => (
              <div key={index}>
                <Text text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div className="accessory">
          {accessory.type === "image" ? (
            <img src={safe(accessory.image_url ?? "")} alt={accessory.alt_text} />
          ) : (
            <ActionElement blockId={block.block_id ?? ""} element={accessory} />
          )}
        </div>
      )}
    </div>
  );
}

function Context({ block }: { block: Block }) {
  return (
    <div className="context">
      {(block.elements as Element[]).map((element, index) =>
        element.type === "image" ? (
          <img key={index} src={safe(element.image_url ?? "")} alt={element.alt_text} />
        ) : (
          <span key={index}>
            <Text text={element} />
          </span>
        ),
      )}
    </div>
  );
}

function Actions({ block }: { block: Block }) {
  return (
    <div className="actions">
      {(block.elements as Element[]).map((element, index) => (
        <ActionElement
          key={element.action_id ?? index}
          blockId={block.block_id ?? ""}
          element={element}
        />
      ))}
    </div>
  );
}

function Card({ block }: { block: Block }) {
  return (
    <div className="card">
      {block.hero_image && (
        <img
          className="hero"
          src={safe(block.hero_image.image_url ?? "")}
          alt={block.hero_image.alt_text ?? ""}
        />
      )}
      {block.title && (
        <div className="card-title">
          <Text text={block.title} />
        </div>
      )}
      {block.subtitle && (
        <div className="card-subtitle">
          <Text text={block.subtitle} />
        </div>
      )}
      {block.body && (
        <div>
          <Text text={block.body} />
        </div>
      )}
      {block.actions && <Actions block={{ ...block, type: "actions", elements: block.actions }} />}
    </div>
  );
}

function Container({ block }: { block: Block }) {
  const [open, setOpen] = useState(block.default_collapsed !== true);
  const title = block.rich_text_title ? (
    <Library block={block.rich_text_title} />
  ) : (
    <Text text={block.title} />
  );
  return (
    <div className="container-block">
      <div className="container-head">
        {block.is_collapsible ? (
          <button
            type="button"
            className="fold"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <span aria-hidden>{open ? "▾" : "▸"}</span> {title}
          </button>
        ) : (
          <strong>{title}</strong>
        )}
        {block.subtitle && (
          <div className="card-subtitle">
            <Text text={block.subtitle} />
          </div>
        )}
      </div>
      {open && <Blocks blocks={(block.child_blocks ?? []) as Block[]} />}
    </div>
  );
}

function Header({ block }: { block: Block }) {
  const level = Math.min(4, Math.max(1, Number(block.level ?? 2)));
  return (
    <div className={`header level-${level}`} role="heading" aria-level={level + 2}>
      {plain(block.text)}
    </div>
  );
}

/** Drawn here because the library decodes `&lt;!here&gt;` before it looks for mentions. */
function Alert({ block }: { block: Block }) {
  const level = String(block.level ?? "default");
  return (
    <div className={`alert alert-${level}`} role="note">
      {level !== "default" && <strong>{level[0]?.toUpperCase() + level.slice(1)}: </strong>}
      <Text text={block.text} />
    </div>
  );
}

export function OneBlock({ block }: { block: Block }) {
  switch (block.type) {
    case "section":
      return <Section block={block} />;
    case "context":
      return <Context block={block} />;
    case "actions":
    case "context_actions":
      return <Actions block={block} />;
    case "header":
      return <Header block={block} />;
    case "divider":
      return <hr />;
    case "input":
      return <Input block={block} />;
    case "table":
      return <Table block={block} />;
    case "data_table":
      return <DataTable block={block} />;
    case "alert":
      return <Alert block={block} />;
    case "card":
      return <Card block={block} />;
    case "carousel":
      return (
        <div className="carousel">
          {(block.elements as Block[]).map((card, index) => (
            <Card key={index} block={card} />
          ))}
        </div>
      );
    case "container":
      return <Container block={block} />;
    default:
      return DRAWN.has(block.type) ? <Library block={block} /> : <Unknown block={block} />;
  }
}

export function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <OneBlock key={index} block={block} />
      ))}
    </div>
  );
}

/** What went wrong with the last click in this message or view. */
export function Failure() {
  const { failure } = useSurface();
  return failure ? (
    <p className="failure" role="alert">
      {failure}
    </p>
  ) : null;
}
