/** Files below a message: name, size, a link, a preview inside the page; images as such. */
import { useEffect, useRef, useState } from "react";
import { safe } from "./blocks/mrkdwn";
import type { SlackFile } from "./types";

export function Files({ files }: { files: SlackFile[] }) {
  if (files.length === 0) return null;
  return (
    <div className="files">
      {files.map((file) => (
        <File key={file.id} file={file} />
      ))}
    </div>
  );
}

/** The file at this page's own address, which may be another name of the same host. */
function addressOf(file: SlackFile): string | undefined {
  const { pathname, search } = new URL(file.url, window.location.href);
  return pathname.startsWith("/slack/") ? pathname + search : safe(file.url);
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024
    ? `${Math.round(bytes / 1024)} kB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const kind = (file: SlackFile) =>
  (/\.([a-z0-9]{1,5})$/i.exec(file.name)?.[1] ?? "file").toUpperCase();

function File({ file }: { file: SlackFile }) {
  const [open, setOpen] = useState(false);
  const image = file.mimetype.startsWith("image/");
  const shown = image || file.mimetype === "application/pdf" || file.mimetype.startsWith("text/");
  return (
    <div className={image ? "file with-image" : "file"} data-testid="file" data-file-id={file.id}>
      <span className={`file-kind kind-${kind(file).toLowerCase()}`} aria-hidden>
        {kind(file)}
      </span>
      <span className="file-words">
        <a href={addressOf(file)} title={file.name} target="_blank" rel="noreferrer">
          {file.title || file.name}
        </a>
        <small>
          {kind(file)} · {size(file.size)}
        </small>
      </span>
      {shown && !image && (
        <button type="button" className="element" onClick={() => setOpen(true)}>
          Preview
        </button>
      )}
      {image && (
        <button
          type="button"
          className="file-image"
          aria-label={`Enlarge ${file.title || file.name}`}
          onClick={() => setOpen(true)}
        >
          <img src={addressOf(file)} alt={file.alt_text || file.title} />
        </button>
      )}
      {open && <Preview file={file} image={image} close={() => setOpen(false)} />}
    </div>
  );
}

function Preview({ file, image, close }: { file: SlackFile; image: boolean; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="preview"
      aria-label={`Preview of ${file.name}`}
      onCancel={close}
      onClose={close}
    >
      <header>
        <strong>{file.name}</strong>
        <a className="element" href={addressOf(file)} download={file.name}>
          Download
        </a>
        <button type="button" className="icon" aria-label="Close the preview" onClick={close}>
          ×
        </button>
      </header>
      {image ? (
        <img src={addressOf(file)} alt={file.alt_text || file.title} />
      ) : (
        <iframe src={addressOf(file)} title={`Preview of ${file.name}`} />
      )}
    </dialog>
  );
}
