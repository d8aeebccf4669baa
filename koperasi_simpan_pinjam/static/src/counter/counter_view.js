import { status, useEffect } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

import { PinDialog } from "./pin_dialog";

const COUNTER = "koperasi_simpan_pinjam.koperasi_counter_action";

/** The counter by keyboard: Enter leads from the member to the money and confirms, Escape begins the next member. */
export class CounterController extends FormController {
    setup() {
        super.setup();
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.outbox = useService("koperasi_outbox");
        useHotkey("escape", () => this.next());
        useEffect(
            (el) => {
                const listener = (ev) => this.onKeydown(ev);
                el?.addEventListener("keydown", listener);
                return () => el?.removeEventListener("keydown", listener);
            },
            () => [this.rootRef.el]
        );
    }

    onKeydown(ev) {
        const field = ev.target.closest("[name]")?.closest(".o_field_widget")?.getAttribute("name");
        const { member_id, transaction_ids } = this.model.root.data;
        if (ev.key !== "Enter" || ev.defaultPrevented || !member_id || transaction_ids.count) {
            return;
        }
        if (field === "cash_given") {
            ev.preventDefault();
            this.rootRef.el.querySelector("button[name=action_confirm]")?.click();
        } else if (ev.target.matches("input")) {
            ev.preventDefault();
            const money = this.rootRef.el.querySelector("[name=cash_given] input");
            money?.focus();
            money?.select();
        }
    }

    async next() {
        await this.model.root.discard();
        return this.action.doAction(COUNTER, { clearBreadcrumbs: true });
    }

    /** These two are the screen's own: nothing of a form is saved, one request records all. */
    async beforeExecuteActionButton(params) {
        if (params.name === "action_confirm") {
            await this.confirm();
            return false;
        }
        if (params.name === "action_next") {
            await this.next();
            return false;
        }
        if (params.name === "action_open_session") {
            // Once the form in front is gone: a screen that is made under it would not hear its keys.
            await this.inFront("koperasi.counter", params.name, [], { onClose: () => void setTimeout(() => this.next()) });
            return false;
        }
        if (params.name === "action_close_session") {
            await this.inFront("koperasi.cash.session", "action_close", [this.model.root.data.session_id.id]);
            return false;
        }
        return super.beforeExecuteActionButton(params);
    }

    /** A form in front of this screen, which is not saved for it. */
    async inFront(model, method, ids, options) {
        const action = await this.orm.call(model, method, [ids]);
        return this.action.doAction({ views: [[false, "form"]], ...action, target: "new" }, options);
    }

    async confirm(secret = {}) {
        if (!(await this.model.root.checkValidity({ displayNotification: true }))) {
            return;
        }
        const result = await this.outbox.record(this.draft(), secret);
        if (result.refusal) {
            this.dialog.add(PinDialog, {
                message: result.refusal,
                approvers: result.approvers,
                asked: result.asked,
                onPin: (pin) => this.confirm(pin),
                onAsk: () => this.confirm({ ask: true }),
            });
            return;
        }
        if (status(this) !== "destroyed") {
            await this.model.load({ resId: result.id });
        }
        this.action.doAction(result.print);
    }

    draft() {
        const { company_id, member_id, key, cash_given, in_ids, out_ids } = this.model.root.data;
        const contracts = ["savings_id", "loan_id", "term_id"];
        const lines = (list, option) =>
            list.records
                .filter(({ data }) => data.amount)
                .map(({ data }) => [
                    ...contracts.map((name) => data[name]?.id || false),
                    data.amount,
                    data[option],
                    data.advance_id?.id || false,
                ]);
        return {
            key,
            cash_given,
            company_id: company_id.id,
            member_id: member_id.id,
            member: member_id.display_name,
            money_in: lines(in_ids, "excess"),
            money_out: lines(out_ids, "pays"),
        };
    }
}

registry.category("views").add("koperasi_counter", { ...formView, Controller: CounterController });
