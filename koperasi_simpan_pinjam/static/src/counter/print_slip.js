import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { downloadReport, getReportUrl } from "@web/webclient/actions/reports/utils";

/** A slip is made behind the screen: the next member does not wait for the paper. */
async function printSlip(action, _options, env) {
    if (!action.report_name?.startsWith("koperasi_simpan_pinjam.report_slip")) {
        return false;
    }
    downloadReport(rpc, action, "pdf", { ...user.context, ...action.context }).then(({ success, message }) => {
        if (message) {
            env.services.notification.add(message, { title: _t("Print"), sticky: true });
        }
        if (!success) {
            browser.open(getReportUrl(action, "html"));
        }
    });
    return true;
}

registry.category("ir.actions.report handlers").add("koperasi_slip", printSlip);
