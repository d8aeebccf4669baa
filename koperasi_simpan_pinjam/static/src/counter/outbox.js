import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const AGAIN = 5000; // ms until a lost connection is tried again

/**
 * Receipts on their way to the server. Each is kept in the browser, with its key, before it is sent, and sent again
 * until the server has answered: a lost line, or a closed browser, loses no receipt, and its key makes it count once.
 */
export const outbox = {
    dependencies: ["action", "notification", "orm"],

    start(env, { action, notification, orm }) {
        const place = `koperasi.outbox.${user.userId}`;
        const kept = () => JSON.parse(browser.localStorage.getItem(place) || "[]");
        const store = (drafts) => browser.localStorage.setItem(place, JSON.stringify(drafts));
        const drop = ({ key }) => store(kept().filter((draft) => draft.key !== key));
        const keep = (draft) => store([...kept().filter(({ key }) => key !== draft.key), draft]);

        /** Send until there is an answer; the server's refusal is thrown, and the draft gone: it stands on the form. */
        async function send(draft, secret = {}) {
            let close = null;
            for (;;) {
                try {
                    const result = await orm.silent.call("koperasi.counter", "receive", [draft], secret);
                    drop(draft);
                    close?.();
                    return result;
                } catch (error) {
                    if (!(error instanceof ConnectionLostError)) {
                        drop(draft);
                        close?.();
                        throw error;
                    }
                }
                close ??= notification.add(
                    _t("The line is down. The receipt of %s is kept, and sent once when it is back.", draft.member),
                    { type: "warning", sticky: true }
                );
                await new Promise((resolve) => {
                    browser.setTimeout(resolve, AGAIN);
                    browser.addEventListener("online", resolve, { once: true });
                });
            }
        }

        /** What an earlier page left behind. */
        async function sendLeftOver(draft) {
            try {
                const result = await send(draft);
                if (result.refusal) {
                    throw new Error(result.refusal);
                }
                notification.add(_t("Recorded: %(member)s, %(numbers)s", { member: draft.member, ...result }), {
                    type: "success",
                    sticky: true,
                    buttons: [{ name: _t("Print"), onClick: () => action.doAction(result.print) }],
                });
            } catch (error) {
                notification.add(error.data?.message || error.message, {
                    title: _t("The receipt of %s was not recorded", draft.member),
                    type: "danger",
                    sticky: true,
                });
            }
        }

        kept().forEach(sendLeftOver);

        return {
            /**
             * @param {Object} draft what `koperasi.counter.receive` takes, and `member`, her name
             * @param {Object} [secret] what is not kept: the second person and her PIN
             */
            record(draft, secret) {
                keep(draft);
                return send(draft, secret);
            },
        };
    },
};

registry.category("services").add("koperasi_outbox", outbox);
