import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** The second person says yes at the counter: who she is, and her PIN. */
export class PinDialog extends Component {
    static template = "koperasi_simpan_pinjam.PinDialog";
    static components = { Dialog };
    static props = { close: Function, message: String, approvers: Array, asked: Boolean, onPin: Function, onAsk: Function };

    setup() {
        useAutofocus({ refName: "pin" });
        this.state = useState({ approver_id: this.props.approvers[0]?.[0], pin: "" });
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.stopPropagation();
            this.confirm();
        }
    }

    ask() {
        this.props.close();
        this.props.onAsk();
    }

    confirm() {
        this.props.close();
        this.props.onPin({ approver_id: Number(this.state.approver_id), pin: this.state.pin });
    }
}
