/** The first visit: what this is, and four things to try. */
const SEEN = "duebot-sandbox-welcome";

export const wasWelcomed = () => window.localStorage.getItem(SEEN) === "yes";
export const rememberWelcome = () => window.localStorage.setItem(SEEN, "yes");

type Props = {
  run: (line: string) => void;
  issue: () => void;
  home: () => void;
  dismiss: () => void;
};

export function Welcome({ run, issue, home, dismiss }: Props) {
  return (
    <section className="welcome" data-testid="welcome" aria-label="Welcome">
      <button type="button" className="icon" aria-label="Close the welcome" onClick={dismiss}>
        ×
      </button>
      <h2>Meet Duebot</h2>
      <p>
        It answers invoice questions and tells a channel what changed. Everything here runs on this
        computer: a stand-in for Slack and simulators of three billing services with invented
        invoices. Try one:
      </p>
      <div className="welcome-tries">
        <button type="button" onClick={() => run("/invoices 2021 8")}>
          <code>/invoices 2021 8</code>
          <small>a month’s invoices</small>
        </button>
        <button type="button" onClick={() => run("/unpaid")}>
          <code>/unpaid</code>
          <small>what is still owed</small>
        </button>
        <button type="button" onClick={issue}>
          <strong>Issue an invoice</strong>
          <small>and watch #billing</small>
        </button>
        <button type="button" onClick={home}>
          <strong>Open Duebot’s Home</strong>
          <small>everything at a glance</small>
        </button>
      </div>
    </section>
  );
}
