import base64
from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .roles import RolesCase, RolesTests

NIK = "3275034508850001"  # docs/domain.md 6.4
# docs/architecture.md 5. Whoever is not named may nothing: that is the list of what is forbidden.
READERS = "petugas:r bendahara:r sekretaris:r ketua:r pengawas:r pendamping:r"
SURVEY = "petugas:rwcu bendahara:rwcu sekretaris:r ketua:r pengawas:r pendamping:rwcu"
AUDIT = "bendahara:r ketua:r pengawas:r"
REPORT = "bendahara:rwc ketua:rwc pengawas:rwc"  # a form that asks for dates
TILL = "petugas:rwc bendahara:rwc"  # a form of the counter
MODELS = {
    # The ledger: nobody writes it, the posting does.
    "koperasi.transaction": READERS,
    "koperasi.transaction.line": READERS,
    "koperasi.transaction.tender": READERS,
    "koperasi.loan.installment": READERS,
    "koperasi.loan.waiver": READERS,
    "koperasi.loan.charge": READERS,
    "koperasi.loan.schedule": READERS,
    "koperasi.loan.restructure": "petugas:rwc bendahara:rwc sekretaris:r ketua:r pengawas:r pendamping:r",
    "koperasi.loan.undo": "petugas:rwc bendahara:rwc sekretaris:r ketua:rwc pengawas:r pendamping:r",
    "koperasi.loan.fee": READERS + " admin:rwcu system:rwcu",
    "koperasi.loan.approval": READERS,
    "koperasi.loan.check": "petugas:r bendahara:r sekretaris:r ketua:rw pengawas:rw pendamping:r",
    "koperasi.loan.rule": READERS + " admin:rw system:rw",
    "koperasi.audit.log": "ketua:r pengawas:r",
    "koperasi.balance.report": AUDIT,
    "koperasi.cash.report": AUDIT,
    "koperasi.schedule.report": AUDIT,
    "koperasi.exposure.report": AUDIT,
    "koperasi.control.account": AUDIT,
    "koperasi.exception": AUDIT,
    "koperasi.collectibility": "petugas:r " + AUDIT,
    "koperasi.collectibility.band": READERS + " admin:rwcu system:rwcu",
    "koperasi.control.fault": AUDIT,
    "koperasi.run.skip": AUDIT,
    "koperasi.interest.tax": AUDIT,
    # People and their contracts.
    "koperasi.member": "petugas:rwc bendahara:r sekretaris:rwc ketua:rw pengawas:r pendamping:rwc",
    "koperasi.member.heir": "petugas:rwcu bendahara:r sekretaris:rwcu ketua:r pengawas:r pendamping:rwcu",
    "koperasi.holiday": "petugas:r bendahara:r sekretaris:rwcu ketua:rwcu pengawas:r pendamping:r",
    "koperasi.group": "petugas:rwc bendahara:r sekretaris:rwcu ketua:r pengawas:r pendamping:rwc",
    "koperasi.membership.period": READERS,
    "koperasi.member.import": "sekretaris:rwcu ketua:r pengawas:r",
    "koperasi.member.import.fault": "sekretaris:r ketua:r pengawas:r",
    "koperasi.member.exit": "petugas:rwc bendahara:rwc sekretaris:rwc ketua:rwc pengawas:r pendamping:r",
    "koperasi.savings.account": "petugas:rwc bendahara:rwc sekretaris:r ketua:r pengawas:r pendamping:rwc",
    "koperasi.loan": "petugas:rwcu bendahara:rwcu sekretaris:r ketua:rw pengawas:r pendamping:rwcu",
    "koperasi.loan.collateral": "petugas:rwcu bendahara:rwcu sekretaris:r ketua:rwcu pengawas:r pendamping:rwcu",
    "koperasi.loan.guarantor": "petugas:rwcu bendahara:rwcu sekretaris:r ketua:rwcu pengawas:r pendamping:rwcu",
    "koperasi.advance": READERS,
    "koperasi.loan.letter": READERS,
    "koperasi.loan.visit": "petugas:rc bendahara:rc sekretaris:r ketua:r pengawas:r pendamping:r",
    "koperasi.savings.term": "petugas:rwcu bendahara:rwcu sekretaris:r ketua:r pengawas:r pendamping:r",
    "koperasi.standing.instruction": "petugas:rwc bendahara:rwc sekretaris:r ketua:r pengawas:r pendamping:rwc",
    "koperasi.passbook.print": READERS,
    "koperasi.savings.hold": "petugas:r bendahara:rwc sekretaris:r ketua:rwc pengawas:r pendamping:r",
    "koperasi.withdrawal.request": "petugas:rwc bendahara:rwc ketua:rw pengawas:r",
    "koperasi.fundraising": "petugas:r bendahara:rwcu sekretaris:r ketua:rw pengawas:r pendamping:r",
    "koperasi.fundraising.deposit": TILL,
    "koperasi.loan.survey": SURVEY,
    "koperasi.loan.recommendation": SURVEY,
    "koperasi.advice": "pemantau:rwc bendahara:rw sekretaris:rw ketua:rw pengawas:r",
    "koperasi.monitor": "pemantau:rwc",
    "koperasi.monitor.row": "pemantau:r",
    "koperasi.published.figure": AUDIT,
    "koperasi.payout.request": "petugas:r bendahara:r ketua:r pengawas:r",
    "koperasi.dues.exception": "petugas:rwc bendahara:rwc sekretaris:rwc ketua:rwc pengawas:r pendamping:r",
    # The day and the month.
    "koperasi.cash.session": "petugas:rwc bendahara:rwc ketua:r pengawas:r pendamping:r",
    "koperasi.cash.count": "petugas:r bendahara:r ketua:r pengawas:r pendamping:r",
    "koperasi.cash.handover": "petugas:rwcu bendahara:rwcu ketua:r pengawas:r",
    "koperasi.collection": "petugas:rwcu bendahara:rwcu ketua:r pengawas:r",
    "koperasi.collection.line": "petugas:rwcu bendahara:rwcu ketua:r pengawas:r",
    "koperasi.collection.cover": "petugas:rwcu bendahara:rwcu ketua:r pengawas:r",
    "koperasi.correction": "petugas:rwc bendahara:rwc ketua:rwc pengawas:r",
    "koperasi.month": "bendahara:rwcu ketua:rw pengawas:r",
    "koperasi.month.check": AUDIT,
    "koperasi.bank.statement": "bendahara:rwcu ketua:rw pengawas:r",
    "koperasi.bank.statement.line": "bendahara:rwcu ketua:r pengawas:r",
    "koperasi.bank.entry": AUDIT,
    "koperasi.bank.match": "bendahara:rwcu",
    "koperasi.run": "bendahara:rwcu ketua:rw pengawas:r",
    "koperasi.opening": "bendahara:rwcu ketua:r pengawas:r",
    "koperasi.opening.line": AUDIT,
    "koperasi.opening.fault": AUDIT,
    "koperasi.opening.figure": AUDIT,
    # The set-up.
    "koperasi.profile": "bendahara:r sekretaris:r ketua:r pengawas:r admin:rw system:rw",
    "koperasi.founder": "bendahara:r sekretaris:r ketua:r pengawas:r admin:rwcu system:rwcu",
    "koperasi.officer": "petugas:r bendahara:r sekretaris:r ketua:r pengawas:r pemantau:r pendamping:r admin:rwcu "
    "system:rwcu",
    "koperasi.rw": "petugas:r bendahara:r sekretaris:rwc ketua:r pengawas:r pemantau:r pendamping:r admin:rwc "
    "system:rwc",
    "koperasi.savings.product": READERS + " admin:rwcu system:rwcu",
    "koperasi.loan.product": READERS + " admin:rwcu system:rwcu",
    "koperasi.passbook.layout": READERS + " admin:rwc system:rwc",
    "koperasi.dues.rate": READERS + " admin:rwcu system:rwcu",
    "koperasi.savings.rate": READERS + " admin:rwcu system:rwcu",
    "koperasi.cash.box": "petugas:r bendahara:r ketua:r pengawas:r pendamping:r admin:rwc system:rwc",
    "koperasi.cash.purpose": "petugas:r bendahara:r ketua:r pengawas:r pendamping:r admin:rwc system:rwc",
    # Forms.
    "koperasi.setup": "system:rwc",
    "koperasi.appointment": "admin:rwc system:rwc",
    "koperasi.counter": TILL,
    "koperasi.member.exit.payment": TILL,
    "koperasi.counter.line": "petugas:rwcu bendahara:rwcu",
    "koperasi.cash.entry": TILL,
    "koperasi.cash.close": TILL,
    "koperasi.cash.close.line": "petugas:rwcu bendahara:rwcu",
    "koperasi.savings.operation": TILL,
    "koperasi.term.operation": TILL,
    "koperasi.passbook.operation": TILL,
    "koperasi.loan.simulation": "petugas:rwc bendahara:rwc sekretaris:rwc ketua:rwc pengawas:rwc pendamping:rwc",
    "koperasi.savings.statement": "petugas:rwc bendahara:rwc sekretaris:rwc ketua:rwc pengawas:rwc pendamping:rwc",
    "koperasi.run.preview": "bendahara:rwc",
    "koperasi.loan.operation": TILL,
    "koperasi.loan.operation.tender": "petugas:rwcu bendahara:rwcu",
    "koperasi.loan.waiver.request": "bendahara:rwc ketua:rwc",
    "koperasi.loan.write.off.request": "bendahara:rwc",
    "koperasi.advance.payment": TILL,
    "koperasi.correction.request": "petugas:rwc bendahara:rwc ketua:rwc",
    "koperasi.as.of": REPORT,
    "koperasi.member.card": "petugas:rwc bendahara:rwc sekretaris:rwc ketua:rwc",
    "koperasi.collectibility.print": REPORT,
    "koperasi.member.register": "bendahara:rwc sekretaris:rwc ketua:rwc pengawas:rwc",
    "koperasi.member.trial.balance": REPORT,
}
METHODS = {
    ("koperasi.home", "get_page"): [("petugas bendahara sekretaris ketua pengawas pemantau admin", "_home")],
    ("koperasi.setup", "action_begin"): [("system", "_form_setup")],
    ("koperasi.appointment", "action_confirm"): [("admin system", "_form_appointment")],
    ("koperasi.profile", "action_set_up"): [("admin system", "_profile")],
    ("koperasi.profile", "action_next"): [("admin system", "_profile")],
    ("koperasi.profile", "action_back"): [("admin system", "_profile")],
    ("koperasi.profile", "action_add_counter"): [("admin system", "_profile")],
    ("koperasi.profile", "action_appoint"): [("admin system", "_profile")],
    ("koperasi.profile", "action_finish"): [("admin system", "_profile_complete")],
    ("koperasi.profile", "action_enter_founders"): [("sekretaris admin system", "_profile")],
    ("koperasi.profile", "action_show"): [("bendahara sekretaris ketua pengawas admin", "_profile")],
    ("koperasi.member", "action_approve"): [("ketua", "_candidate")],
    ("koperasi.member", "action_reveal_nik"): [("sekretaris ketua", "_candidate")],
    ("koperasi.member", "action_print_card"): [("petugas bendahara sekretaris ketua", "_siti")],
    ("koperasi.member.import", "action_check"): [("sekretaris", "_import")],
    ("koperasi.member.import", "action_import"): [("sekretaris", "_import_checked")],
    ("koperasi.member.import", "action_members"): [("sekretaris ketua pengawas", "_import")],
    ("koperasi.member.heir", "action_reveal_nik"): [("sekretaris ketua", "_heir")],
    ("koperasi.member", "action_reveal_kk"): [("sekretaris ketua", "_candidate")],
    ("koperasi.founder", "action_reveal_nik"): [("sekretaris ketua", "_founder")],
    ("koperasi.member", "action_rejoin"): [("petugas sekretaris pendamping", "_gone")],
    ("koperasi.member.exit", "action_approve"): [("ketua", "_exit")],
    ("koperasi.member.exit", "action_refuse"): [("ketua", "_exit")],
    ("koperasi.member.exit", "action_cancel"): [("petugas bendahara sekretaris ketua", "_exit")],
    ("koperasi.member.exit", "action_settle"): [("bendahara", "_exit_approved")],
    ("koperasi.member.exit", "action_take_back"): [("bendahara ketua", "_exit_approved")],
    ("koperasi.member.exit.payment", "action_confirm"): [
        ("petugas bendahara", "_form_exit_cash"),
        ("bendahara", "_form_exit_bank"),
    ],
    ("koperasi.dues.exception", "action_approve"): [("ketua", "_exception")],
    ("koperasi.dues.exception", "action_refuse"): [("ketua", "_exception")],
    ("koperasi.loan", "action_submit"): [("petugas bendahara pendamping", "_loan_draft")],
    ("koperasi.loan", "action_approve"): [("ketua", "_loan_submitted")],
    ("koperasi.loan", "action_reject"): [("ketua", "_loan_submitted")],
    ("koperasi.loan", "action_check_again"): [("petugas bendahara ketua pendamping", "_loan_draft")],
    ("koperasi.loan.check", "action_override"): [("ketua pengawas", "_check_to_override")],
    ("koperasi.loan", "action_cancel"): [("petugas bendahara ketua", "_loan_approved")],
    ("koperasi.loan", "action_disburse"): [("bendahara", "_loan_approved")],
    ("koperasi.loan.operation", "action_confirm"): [
        ("bendahara", "_form_disburse"),
        ("petugas bendahara", "_form_pay"),
        ("petugas bendahara", "_form_pay_off"),
    ],
    ("koperasi.loan", "action_restructure"): [("petugas bendahara", "_loan_late")],
    ("koperasi.loan.restructure", "action_approve"): [("ketua", "_restructure")],
    ("koperasi.loan.restructure", "action_refuse"): [("ketua", "_restructure")],
    ("koperasi.loan.restructure", "action_take_back"): [("petugas bendahara ketua", "_restructured")],
    ("koperasi.loan.schedule", "action_take_back"): [("petugas bendahara ketua", "_restructured_schedule")],
    ("koperasi.loan.undo", "action_approve"): [("ketua", "_undo")],
    ("koperasi.loan.undo", "action_refuse"): [("ketua", "_undo")],
    ("koperasi.loan", "action_waive_late_fee"): [("bendahara ketua", "_loan_late")],
    ("koperasi.loan", "action_propose_write_off"): [("bendahara", "_loan_late")],
    ("koperasi.loan", "action_refuse_write_off"): [("bendahara ketua", "_loan_proposed")],
    ("koperasi.loan", "action_write_off"): [("ketua", "_loan_proposed")],
    ("koperasi.loan.write.off.request", "action_confirm"): [("bendahara", "_form_write_off")],
    ("koperasi.loan.waiver.request", "action_confirm"): [("bendahara ketua", "_form_waiver")],
    ("koperasi.loan.collateral", "action_take"): [("petugas bendahara ketua", "_collateral")],
    ("koperasi.loan.collateral", "action_return"): [("bendahara ketua", "_collateral_to_return")],
    ("koperasi.loan.guarantor", "action_consent"): [("petugas bendahara sekretaris ketua", "_guarantor_asked")],
    ("koperasi.loan.guarantor", "action_propose_call"): [("bendahara", "_guarantor_of_lost")],
    ("koperasi.loan.guarantor", "action_refuse_call"): [("bendahara ketua", "_guarantor_proposed")],
    ("koperasi.loan.guarantor", "action_call"): [("ketua", "_guarantor_proposed")],
    ("koperasi.advance", "action_pay_back"): [("petugas bendahara", "_advance")],
    ("koperasi.advance.payment", "action_confirm"): [("petugas bendahara", "_form_advance")],
    ("koperasi.loan.letter", "action_issue_due"): [("petugas bendahara sekretaris ketua", "_letters_due")],
    ("koperasi.loan.letter", "action_deliver"): [("petugas bendahara sekretaris ketua", "_letter")],
    ("koperasi.collectibility", "action_visit"): [("petugas bendahara", "_late_row")],
    ("koperasi.collectibility", "action_take"): [("petugas bendahara", "_late_row")],
    ("koperasi.savings.hold", "action_release"): [("bendahara ketua", "_hold")],
    ("koperasi.withdrawal.request", "action_approve"): [("bendahara ketua", "_withdrawal_request")],
    ("koperasi.withdrawal.request", "action_refuse"): [("bendahara ketua", "_withdrawal_request")],
    ("koperasi.savings.term", "action_pay_due"): [("bendahara", "_term")],
    ("koperasi.loan", "action_disburse_together"): [("bendahara", "_loan_approved")],
    ("koperasi.monitor", "action_open"): [("pemantau", "_monitor")],
    ("koperasi.monitor", "action_history"): [("pemantau", "_monitor")],
    ("koperasi.monitor.row", "action_xlsx"): [("pemantau", "_monitor_row")],
    ("koperasi.advice", "action_read"): [("bendahara sekretaris ketua", "_advice")],
    ("koperasi.advice", "action_answer"): [("bendahara sekretaris ketua", "_advice_to_answer")],
    ("koperasi.fundraising", "action_submit"): [("bendahara", "_campaign_draft")],
    ("koperasi.fundraising", "action_approve"): [("ketua", "_campaign_submitted")],
    ("koperasi.fundraising", "action_refuse"): [("ketua", "_campaign_submitted")],
    ("koperasi.fundraising", "action_close"): [("ketua", "_campaign")],
    ("koperasi.fundraising", "action_give_back"): [("bendahara", "_campaign_failed")],
    ("koperasi.fundraising.deposit", "action_confirm"): [("petugas bendahara", "_form_contribution")],
    ("koperasi.payout.request", "action_approve"): [("bendahara ketua", "_payout_request")],
    ("koperasi.payout.request", "action_refuse"): [("bendahara ketua", "_payout_request")],
    ("koperasi.savings.operation", "action_ask"): [("petugas bendahara", "_form_withdraw")],
    ("koperasi.cash.entry", "action_ask"): [("petugas bendahara", "_form_cash_entry")],
    ("koperasi.savings.operation", "action_confirm"): [
        ("petugas bendahara", "_form_deposit"),
        ("petugas bendahara", "_form_withdraw"),
        ("petugas bendahara", "_form_transfer"),
    ],
    ("koperasi.passbook.operation", "action_confirm"): [("petugas bendahara", "_form_passbook")],
    ("koperasi.loan.simulation", "action_apply"): [
        ("petugas bendahara sekretaris ketua pengawas pendamping", "_form_simulation")
    ],
    ("koperasi.loan.simulation", "action_print"): [
        ("petugas bendahara sekretaris ketua pengawas pendamping", "_form_simulation")
    ],
    ("koperasi.loan.simulation", "action_whatsapp"): [
        ("petugas bendahara sekretaris ketua pengawas pendamping", "_form_simulation")
    ],
    ("koperasi.savings.statement", "action_print"): [
        ("petugas bendahara sekretaris ketua pengawas pendamping", "_form_statement")
    ],
    ("koperasi.term.operation", "action_confirm"): [
        ("petugas bendahara", "_form_term_open"),
        ("bendahara", "_form_term_break"),
    ],
    ("koperasi.counter", "action_confirm"): [("petugas bendahara", "_form_counter")],
    ("koperasi.counter", "receive"): [("petugas bendahara", "_draft_counter")],
    ("koperasi.counter", "action_whatsapp"): [("petugas bendahara", "_form_counter")],
    ("koperasi.cash.handover", "action_send"): [("petugas bendahara", "_handover")],
    ("koperasi.cash.handover", "action_receive"): [("petugas bendahara", "_handover_sent")],
    ("koperasi.collection", "action_propose"): [("petugas bendahara", "_collection")],
    ("koperasi.collection", "action_share_shortage"): [("petugas bendahara", "_collection_joint")],
    ("koperasi.collection", "action_post"): [("petugas bendahara", "_collection")],
    ("koperasi.counter", "action_print"): [("petugas bendahara", "_form_counter")],
    ("koperasi.cash.entry", "action_confirm"): [
        ("petugas bendahara", "_form_cash_entry"),
        ("bendahara", "_form_bank_entry"),
    ],
    ("koperasi.cash.session", "action_close"): [("petugas bendahara", "_session"), ("bendahara", "_session_of_maker")],
    ("koperasi.cash.close", "action_confirm"): [
        ("petugas bendahara", "_form_close"),
        ("bendahara", "_form_close_of_maker"),
    ],
    ("koperasi.correction.request", "action_confirm"): [("petugas bendahara ketua", "_form_correction")],
    ("koperasi.correction", "action_approve"): [("bendahara ketua", "_correction")],
    ("koperasi.correction", "action_refuse"): [("bendahara ketua", "_correction")],
    ("koperasi.run", "action_preview"): [("bendahara", "_run_draft")],
    ("koperasi.bank.statement", "action_import"): [("bendahara", "_bank_file")],
    ("koperasi.bank.statement", "action_propose"): [("bendahara", "_bank_draft")],
    ("koperasi.bank.statement", "action_agree"): [("bendahara", "_bank_draft")],
    ("koperasi.bank.statement", "action_reopen"): [("ketua", "_bank_agreed")],
    ("koperasi.bank.statement.line", "action_tick_off"): [("bendahara", "_bank_line")],
    ("koperasi.bank.statement.line", "action_record"): [("bendahara", "_bank_line_open")],
    ("koperasi.bank.statement.line", "action_match"): [("bendahara", "_bank_line_open")],
    ("koperasi.bank.match", "action_confirm"): [("bendahara", "_bank_match")],
    ("koperasi.bank.entry", "action_not_yet"): [("bendahara", "_bank_entry_before")],
    ("koperasi.bank.entry", "action_was_there"): [("bendahara", "_bank_entry_before")],
    ("koperasi.month", "action_check"): [("bendahara ketua pengawas", "_month")],
    ("koperasi.month", "action_book_allowance"): [("bendahara", "_month_with_loan")],
    ("koperasi.month", "action_book_accrual"): [("bendahara", "_month_with_accrual")],
    ("koperasi.collectibility.print", "action_open"): [("bendahara ketua pengawas", "_form_quality")],
    ("koperasi.collectibility.print", "action_print"): [("bendahara ketua pengawas", "_form_quality")],
    ("koperasi.month", "action_close"): [("bendahara", "_month_done")],
    ("koperasi.month", "action_reopen"): [("ketua", "_month_closed")],
    ("koperasi.run", "action_start"): [("bendahara", "_run_draft")],
    ("koperasi.run", "action_stop"): [("bendahara", "_run_queued")],
    ("koperasi.run", "action_reverse"): [("bendahara ketua", "_run_done")],
    ("koperasi.opening", "action_check"): [("bendahara", "_opening")],
    ("koperasi.opening", "action_post"): [("bendahara", "_opening_checked")],
    ("koperasi.as.of", "action_open"): [("bendahara ketua pengawas", "_form_as_of")],
    ("koperasi.member.register", "action_print"): [("bendahara sekretaris ketua pengawas", "_form_register")],
    ("koperasi.member.trial.balance", "action_print"): [("bendahara ketua pengawas", "_form_trial_balance")],
}
WINDOWS = {
    ("account.move", "action_koperasi_transaction"),
    ("koperasi.cash.session", "action_transactions"),
    ("koperasi.fundraising", "action_accounts"),
    ("koperasi.advice", "action_print"),
    ("koperasi.loan.survey", "action_print"),
    ("koperasi.loan", "action_survey"),
    ("koperasi.loan", "action_recommendation"),
    ("koperasi.loan", "action_print_survey"),
    ("koperasi.fundraising", "action_deposit"),
    ("koperasi.fundraising", "action_page"),
    ("koperasi.cash.session", "action_print_count"),
    ("koperasi.collection", "action_missing"),
    ("koperasi.collection", "action_print"),
    ("koperasi.collection", "action_print_receipts"),
    ("koperasi.transaction", "action_whatsapp"),
    ("koperasi.counter", "action_next"),
    ("koperasi.counter", "action_open_session"),
    ("koperasi.counter", "action_close_session"),
    ("koperasi.counter", "action_pay_exit"),
    ("koperasi.group", "action_members"),
    ("koperasi.loan", "action_changes"),
    ("koperasi.loan", "action_collateral"),
    ("koperasi.loan", "action_guarantors"),
    ("koperasi.loan", "action_letters"),
    ("koperasi.loan.letter", "action_print"),
    ("koperasi.loan", "action_lines"),
    ("koperasi.loan.collateral", "action_print_receipt"),
    ("koperasi.loan.collateral", "action_print_return"),
    ("koperasi.loan", "action_pay"),
    ("koperasi.loan", "action_pay_off"),
    ("koperasi.loan", "action_print_card"),
    ("koperasi.member", "action_leave"),
    ("koperasi.member", "action_savings"),
    ("koperasi.member", "action_serve"),
    ("koperasi.member", "action_transactions"),
    ("koperasi.member.import", "action_marked"),
    ("koperasi.member.import", "action_template"),
    ("koperasi.opening", "action_marked"),
    ("koperasi.opening", "action_run"),
    ("koperasi.opening", "action_template"),
    ("koperasi.profile", "action_print_minutes"),
    ("koperasi.member.exit", "action_pay"),
    ("koperasi.member.exit", "action_print"),
    ("koperasi.member.exit", "action_transactions"),
    ("koperasi.month", "action_print"),
    ("koperasi.bank.statement", "action_before"),
    ("koperasi.bank.statement", "action_print"),
    ("koperasi.month.check", "action_cure"),
    ("koperasi.run", "action_lines"),
    ("koperasi.run", "action_skips"),
    ("koperasi.run", "action_transactions"),
    ("koperasi.run", "action_xlsx"),
    ("koperasi.savings.account", "action_deposit"),
    ("koperasi.savings.account", "action_holds"),
    ("koperasi.passbook.print", "action_download"),
    ("koperasi.savings.account", "action_lines"),
    ("koperasi.savings.account", "action_passbook"),
    ("koperasi.savings.account", "action_statement"),
    ("koperasi.savings.account", "action_transfer"),
    ("koperasi.savings.account", "action_withdraw"),
    ("koperasi.savings.term", "action_lines"),
    ("koperasi.savings.term", "action_open"),
    ("koperasi.savings.term", "action_pay_out"),
    ("koperasi.savings.term", "action_print"),
    ("koperasi.transaction", "action_entry"),
    ("koperasi.transaction", "action_print"),
    ("koperasi.transaction", "action_request_correction"),
}


@tagged("post_install", "-at_install")
class TestRoles(RolesTests, RolesCase):
    """Each person tries each thing, in a scene where the right person succeeds."""

    addon = "koperasi_simpan_pinjam"
    models, methods, windows = MODELS, METHODS, WINDOWS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_ketua = cls._new_person("wulan", ketua=cls.other)
        cls._live(cls.other, cls.other_bendahara, cls.other_ketua, cls.both)
        cls._live(cls.company, cls.maker, cls.ketua, cls.maker)
        cls.sessions = {
            cls.petugas: cls.open_session(cls.petugas, "KL1"),
            cls.bendahara: cls.open_session(cls.bendahara, "KAS"),
        }

    @classmethod
    def _live(cls, company, treasurer, chair, teller):
        """A month ago in `company`: one example of every model. The treasurer's KAS holds Rp 20.000.000 and more."""
        ref = lambda name: cls.env.ref(f"account.{company.id}_koperasi_{name}")  # noqa: E731
        product = ref("product_sukarela")
        product.write({"interest_minimum_balance": 100000, "interest_method": "daily"})
        cls.set_rate(product, 6)
        ref("loan_product_warga").write(
            {
                "penalty_kind": "per_day",
                "penalty_amount": 1000,
                "fee_ids": [Command.create({"name": "Administrasi", "amount": 5000, "account_id": ref("4102").id})],
            }
        )
        with freeze_time("2026-10-05 03:00:00"):
            session = cls.open_session(treasurer, "KAS", company, date(2026, 10, 5))
            siti, low = (cls.new_member(name, company, teller) for name in ("Siti", "Sari"))
            cls.deposit(cls.account(siti, "pokok"), 100000, session)
            cls.deposit(cls.account(siti, "sukarela"), 20000000, session)
            cls.deposit(cls.account(low, "sukarela"), 50000, session)
            cls.deposit(cls.account(low, "pokok"), 100000, session)
            cls.as_user(chair, siti).action_approve()
            cls.as_user(chair, low).action_approve()
            cls.env["koperasi.member.heir"].create({"member_id": siti.id, "name": "Ahmad"})
            cls.env["koperasi.group"].create({"name": "Melati", "company_id": company.id})
            cls.env["koperasi.holiday"].create({"name": "Natal", "date": date(2026, 12, 25), "company_id": company.id})
            cls.as_user(teller, cls.env["koperasi.dues.exception"]).create(
                {
                    "member_id": siti.id,
                    "month_from": date(2026, 10, 1),
                    "month_to": date(2026, 10, 31),
                    "kind": "waiver",
                    "reason": "Sakit",
                }
            )
            loan = cls._apply(siti, ref("loan_product_warga"), teller)
            group = cls.env["koperasi.group"].search([("company_id", "=", company.id)])
            (siti | low).sudo().group_id = group
            group.head_id = low
            cls.as_user(teller, cls.env["koperasi.loan.survey"]).create({"loan_id": loan.id, "income": 2000000})
            cls.as_user(teller, cls.env["koperasi.loan.recommendation"]).create({"loan_id": loan.id, "says": "yes"})
            cls._pledge(loan, teller)
            cls._guarantee(loan, low, teller).action_consent()
            loan.action_submit()
            cls.as_user(chair, loan).action_approve()
            cls.as_user(treasurer, loan)._disburse(session.sudo().journal_id, session.date, session=session)
            receipt = cls.as_user(treasurer, cls.account(siti, "sukarela"))._deposit(1000, session)
            handover = cls.as_user(treasurer, cls.env["koperasi.cash.handover"]).create(
                {
                    "company_id": company.id,
                    "session_id": session.id,
                    "target_id": ref("box_cash_counter").id,
                    "amount": 1000,
                }
            )
            handover.action_send()
            cls.as_user(treasurer, cls.env["koperasi.collection"]).create(
                {"company_id": company.id, "rw_id": siti.rw_id.id}
            ).action_propose()
            cls._live_group(company, treasurer, teller)
            cls._live_bank(company, treasurer, session)
            session._do_close(session.expected_amount, {100: int(session.expected_amount / 100)})
        with freeze_time("2026-11-01 03:00:00"):
            run = cls.as_user(treasurer, cls.env["koperasi.run"]).create(
                {"company_id": company.id, "product_id": product.id, "date_from": date(2026, 10, 1)}
            )
            run.action_start()
            while run.state in ("queued", "running"):
                run.sudo()._process_chunk(1000)
        cls.env["koperasi.loan.waiver"]._append(
            [
                {
                    "loan_id": loan.id,
                    "installment_id": loan.installment_ids[0].id,
                    "date": TODAY,
                    "amount": 1,
                    "reason": "Sakit",
                    "user_id": chair.id,
                }
            ]
        )
        cls.as_user(chair, cls._restructuring(loan, teller)).action_approve()
        cls.as_user(chair, cls._undo_of(loan, teller)).action_approve()
        cls.env.flush_all()
        cls._restructuring(loan, teller)
        loan._append_change("prepayment", TODAY, amount=1, requested_by_id=teller.id)
        letters = cls.as_user(treasurer, cls.env["koperasi.loan.letter"]).with_company(company)
        letters._issue(company, letters._due(company))
        cls.as_user(treasurer, cls.env["koperasi.loan.visit"]).create({"loan_id": loan.id, "outcome": "not_home"})
        cls._live_opening(company, siti, treasurer)
        cls._live_import(company)
        cls.as_user(teller, cls.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah ketik"}
        )
        cls._live_savings(company, siti, treasurer, teller)
        cls._leave(low, teller)
        cls.as_user(treasurer, cls.env["koperasi.month"]).create(
            {"company_id": company.id, "date_from": date(2026, 10, 1)}
        )
        cls.env["koperasi.audit.log"]._log(siti, "nik_revealed")
        profile = cls.env["koperasi.profile"]._of(company)
        profile.founder_ids = [Command.create({"name": "Ratna", "nik": NIK, "rw_id": siti.rw_id.id})]
        cls.env["koperasi.audit.log"]._log(siti, "self_approval")
        cls._break_books(receipt)
        if company == cls.company:
            cls.siti, cls.low, cls.loan, cls.receipt, cls.run_done, cls.interest_product = (
                siti,
                low,
                loan,
                receipt,
                run,
                product,
            )

    @classmethod
    def _restructuring(cls, loan, teller):
        return cls.as_user(teller, cls.env["koperasi.loan.restructure"]).create(
            {
                "loan_id": loan.id,
                "periods": 12,
                "first_due_date": date(2027, 1, 10),
                "reason": "Panen gagal",
                "capitalise": True,
            }
        )

    @classmethod
    def _undo_of(cls, loan, teller):
        """Of its last restructuring."""
        asked = cls.env["koperasi.loan.restructure"].search([("loan_id", "=", loan.id)], limit=1)
        return cls.as_user(teller, cls.env["koperasi.loan.undo"]).create(
            {"restructure_id": asked.id, "reason": "Pinjaman lain"}
        )

    @classmethod
    def _live_group(cls, company, treasurer, teller):
        """Two who answer for each other; one paid for the other at their meeting."""
        group = cls.env["koperasi.group"].create({"name": "Mawar", "company_id": company.id, "kind": "joint"})
        tuti, wati = (cls.new_member(name, company, teller, group_id=group.id) for name in ("Tuti", "Wati"))
        sheet = cls.as_user(treasurer, cls.env["koperasi.collection"]).create(
            {"company_id": company.id, "group_id": group.id}
        )
        sheet.cover_ids = [Command.create({"member_id": tuti.id, "creditor_id": wati.id, "amount": 1000})]
        savings = cls.account(wati, "sukarela")
        cls.env["koperasi.advance"]._new(wati, tuti, cls.env["koperasi.loan"], savings, "group", date(2026, 10, 5))

    @classmethod
    def _live_bank(cls, company, treasurer, session):
        """Rp 100.000 went to the bank on 5 October, and its statement of that week shows them."""
        ref = lambda name: cls.env.ref(f"account.{company.id}_koperasi_{name}")  # noqa: E731
        cls.as_user(treasurer, ref("purpose_to_bank"))._record(100000, session)
        bank = cls.env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "bank")])
        week = {"date_from": date(2026, 10, 1), "date_to": date(2026, 10, 5)}
        statement = cls.as_user(treasurer, cls.env["koperasi.bank.statement"]).create(
            {"journal_id": bank.id, "closing_balance": 100000, **week}
        )
        statement.line_ids = [Command.create({"date": date(2026, 10, 5), "name": "SETORAN", "amount": 100000})]

    @classmethod
    def _live_savings(cls, company, siti, treasurer, teller):
        savings = cls.account(siti, "sukarela")
        cls.as_user(treasurer, cls.env["koperasi.savings.hold"]).create({"savings_id": savings.id, "amount": 1000})
        cls.as_user(teller, cls.env["koperasi.withdrawal.request"]).create({"savings_id": savings.id, "amount": 5000})
        cls.as_user(teller, cls.env["koperasi.payout.request"])._ask(
            company, {"content": ["x"], "name": "Penarikan", "amount": 5000, "partner": siti.sudo().partner_id}
        )
        cls.as_user(teller, cls.env["koperasi.standing.instruction"]).create(
            {"savings_id": savings.id, "target_id": cls.account(siti, "wajib").id}
        )
        cls.as_user(treasurer, savings)._print_passbook()
        cls.env["koperasi.advice"].create(
            {"company_id": company.id, "position": "Kasi Sosial", "text": "Buat kebun TOGA"}
        )
        cls.env["koperasi.published.figure"].create(
            {
                "company_id": company.id,
                "date": "2026-10-31",
                "figure_date": "2026-10-31",
                "subject": "members",
                "members": 3,
                "keys": [["members", siti.rw_id.id, ""]],
                "parts": {str(member): [0, 0] for member in range(3)},
            }
        )
        campaign = cls._new_campaign(treasurer, company)
        campaign.action_submit()
        campaign.sudo()._set(state="open")
        term_product = cls.env.ref(f"account.{company.id}_koperasi_product_term")
        term_product.active = True
        cls._open_term(teller, cls._new_term(teller, siti, term_product))

    @classmethod
    def _new_term(cls, user, member, product):
        return cls.as_user(user, cls.env["koperasi.savings.term"]).create(
            {"product_id": product.id, "member_id": member.id, "amount": 500000}
        )

    @classmethod
    def _new_campaign(cls, user, company):
        return cls.as_user(user, cls.env["koperasi.fundraising"]).create(
            {
                "name": "Hidroponik",
                "purpose": "Rak",
                "company_id": company.id,
                "target": 1000000,
                "deadline": date(2026, 12, 31),
                "product_id": cls.env.ref(f"account.{company.id}_koperasi_product_campaign").id,
            }
        )

    @classmethod
    def _open_term(cls, user, term):
        form = cls.as_user(user, cls.env["koperasi.term.operation"]).create({"term_id": term.id, "money": "savings"})
        form._record()
        return term

    @classmethod
    def _live_opening(cls, company, siti, treasurer):
        """Of before anything was recorded; its file is an empty template, marked by hand."""
        opening = cls.as_user(treasurer, cls.env["koperasi.opening"]).create(
            {"company_id": company.id, "date": date(2026, 9, 30)}
        )
        opening.file = opening.template
        account = cls.account(siti, "wajib").sudo().product_id.account_id
        cls.env["koperasi.opening.line"].create({"opening_id": opening.id, "account_id": account.id})
        cls.env["koperasi.opening.fault"].create({"opening_id": opening.id, "reason": "Salah"})
        cls.env["koperasi.opening.figure"].create(
            {"opening_id": opening.id, "member_id": siti.id, "kind": "tax", "date": opening.date, "amount": 1}
        )

    @classmethod
    def _live_import(cls, company):
        sheet = cls.env["koperasi.member.import"].create({"company_id": company.id})
        sheet.write({"file": sheet.template, "file_name": "anggota.xlsx"})
        cls.env["koperasi.member.import.fault"].create({"import_id": sheet.id, "reason": "Salah"})

    @classmethod
    def _break_books(cls, receipt):
        """By SQL, past the guards: one fault for the report of faults to show."""
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE account_move SET date = date - 1 WHERE id = %s", (receipt.sudo().move_id.id,))
        cls.env.invalidate_all()

    @classmethod
    def _apply(cls, member, product, user):
        return cls.as_user(user, cls.env["koperasi.loan"]).create(
            {"member_id": member.id, "product_id": product.id, "amount": 1000000}
        )

    @classmethod
    def _pledge(cls, loan, user):
        return cls.as_user(user, cls.env["koperasi.loan.collateral"]).create(
            {"loan_id": loan.id, "name": "Kulkas", "value": 500000}
        )

    @classmethod
    def _guarantee(cls, loan, member, user):
        savings = cls.account(member, "sukarela")
        return cls.as_user(user, cls.env["koperasi.loan.guarantor"]).create(
            {"loan_id": loan.id, "member_id": member.id, "savings_id": savings.id, "amount": 10000}
        )

    @classmethod
    def _leave(cls, member, user):
        return cls.as_user(user, cls.env["koperasi.member.exit"]).create({"member_id": member.id, "reason": "Pindah"})

    # === SCENES: a record ready for the action, as `user` finds or makes it === #

    def _home(self, _user):
        return self.env["koperasi.home"]

    def _profile(self, _user):
        return self.env["koperasi.profile"]._of(self.company)

    def _profile_complete(self, user):
        profile = self._profile(user)
        profile.write(
            {
                "street": "Jl. Mawar 5",
                "city": "Bekasi",
                "founding_date": TODAY,
                "founding_place": "Balai RW",
                "founding_chair": "Ratna",
                "founding_secretary": "Yuni",
                "founder_ids": [
                    Command.create({"name": "Siti", "nik": f"{NIK[:-1]}{number}"}) for number in range(2, 10)
                ],
            }
        )
        return profile

    def _founder(self, _user):
        return self.env["koperasi.profile"]._of(self.company).founder_ids[:1]

    def _candidate(self, _user):
        return self.new_member("Baru", user=self.maker)

    def _heir(self, _user):
        return self.siti.heir_ids[:1]

    def _siti(self, _user):
        return self.siti

    def _exit(self, _user):
        """Of a candidate who paid half her share capital."""
        member = self.new_member("Pergi", user=self.maker)
        self.deposit(self.account(member, "pokok"), 50000, self.sessions[self.bendahara])
        return self._leave(member, self.maker)

    def _exit_approved(self, user):
        self.company.koperasi_exit_wait_months = 0
        leaving = self._exit(user)
        self.as_user(self.both, leaving).action_approve()
        return leaving

    def _exit_settled(self, user):
        leaving = self._exit_approved(user)
        self.as_user(self.maker, leaving).action_settle()
        return leaving

    def _gone(self, user):
        leaving = self._exit_settled(user)
        self.as_user(self.bendahara, leaving)._pay(50000, self._bank())
        return leaving.member_id

    def _bank(self):
        return self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )

    def _exception(self, _user):
        return self.env["koperasi.dues.exception"].search([("company_id", "=", self.company.id)])

    def _loan_draft(self, _user):
        return self._apply(self.siti, self.loan.product_id, self.maker)

    def _loan_submitted(self, user):
        loan = self._loan_draft(user)
        loan.action_submit()
        return loan

    def _check_to_override(self, user):
        """BMPP is for chair and supervisor; nothing may be lent at 0 %."""
        self.env["koperasi.loan.rule"]._of(self.company).filtered(lambda rule: rule.rule == "exposure").write(
            {"level": "block", "limit": 0}
        )
        check = self._loan_submitted(user).check_ids.filtered(lambda check: check.rule == "exposure")
        check.sudo().override_reason = "Rapat pengurus"
        return check

    def _loan_approved(self, user):
        loan = self._loan_submitted(user)
        self.as_user(self.ketua, loan).action_approve()
        return loan

    def _loan_late(self, _user):
        """Due on 5 November, 19 days ago, at Rp 1.000 a day."""
        return self.loan

    def _restructure(self, _user):
        return self.env["koperasi.loan.restructure"].search([("company_id", "=", self.company.id)], limit=1)

    def _restructured(self, user):
        request = self._restructure(user)
        self.as_user(self.ketua, request).action_approve()
        return request

    def _restructured_schedule(self, user):
        return self._restructured(user).schedule_id

    def _undo(self, user):
        return self._undo_of(self._restructured(user).loan_id, self.maker)

    def _loan_proposed(self, _user):
        self.as_user(self.maker, self.loan)._propose_write_off("Pindah tanpa alamat", "BA 3/RAT/2026")
        return self.loan

    def _form_write_off(self, user):
        return self._form(
            user, "koperasi.loan.write.off.request", loan_id=self.loan.id, reason="Pindah", resolution="RAT"
        )

    def _collateral(self, _user):
        return self.loan.collateral_ids

    def _collateral_to_return(self, user):
        """Of an application that was called off after it was taken in."""
        loan = self._loan_draft(user)
        row = self._pledge(loan, self.maker)
        row.action_take()
        loan.action_cancel()
        return row

    def _guarantor_asked(self, user):
        return self._guarantee(self._loan_draft(user), self.low, self.maker)

    def _guarantor_of_lost(self, _user):
        """The loan is 19 days late, which is the last class where the classes say so."""
        bands = self.env["koperasi.collectibility.band"].search([("company_id", "=", self.company.id)])
        for days, band in enumerate(bands):
            band.days_from = days
        row = self.loan.guarantor_ids
        self.as_user(self.maker, row).write({"call_amount": 1000, "call_reason": "Macet"})
        return row

    def _guarantor_proposed(self, user):
        row = self._guarantor_of_lost(user)
        self.as_user(self.maker, row).action_propose_call()
        return row

    def _advance(self, user):
        self.as_user(self.ketua, self._guarantor_proposed(user)).action_call()
        return self.env["koperasi.advance"].search([("loan_id", "=", self.loan.id)], limit=1)

    def _form_advance(self, user):
        return self._form(user, "koperasi.advance.payment", advance_id=self._advance(user).id, amount=1000)

    def _letters_due(self, _user):
        """The loan is 19 days late and has had its bill, so a warning is due where one comes after ten days."""
        self.company.koperasi_letter_days_warning_1 = 10
        return self.env["koperasi.loan.letter"]

    def _letter(self, _user):
        return self.env["koperasi.loan.letter"].search([("company_id", "=", self.company.id)])

    def _late_row(self, _user):
        return self.env["koperasi.collectibility"].search([("loan_id", "=", self.loan.id)])

    def _hold(self, _user):
        return self.env["koperasi.savings.hold"].search([("company_id", "=", self.company.id)])

    def _withdrawal_request(self, _user):
        return self.env["koperasi.withdrawal.request"].search([("company_id", "=", self.company.id)])

    def _monitor(self, _user):
        return self.env["koperasi.monitor"]

    def _monitor_row(self, _user):
        rows = self.env["koperasi.monitor.row"].with_user(self.pemantau).sudo()
        monitor = self.env["koperasi.monitor"].with_user(self.pemantau).sudo().create({})
        return rows.create({"monitor_id": monitor.id, "company_name": "x", "subject": "members"})

    def _advice(self, _user):
        return self.env["koperasi.advice"].search([("company_id", "=", self.company.id)])

    def _advice_to_answer(self, user):
        advice = self._advice(user)
        advice.sudo()._set(state="read", answer="Sudah ditanam")
        return advice

    def _campaign(self, _user):
        return self.env["koperasi.fundraising"].search([("company_id", "=", self.company.id), ("state", "=", "open")])

    def _campaign_draft(self, _user):
        return self._new_campaign(self.maker, self.company)

    def _campaign_submitted(self, user):
        campaign = self._campaign_draft(user)
        campaign.action_submit()
        return campaign

    def _campaign_failed(self, user):
        campaign = self._campaign(user)
        campaign.sudo()._set(state="failed")
        return campaign

    def _form_contribution(self, user):
        return self._form(
            user,
            "koperasi.fundraising.deposit",
            fundraising_id=self._campaign(user).id,
            member_id=self.siti.id,
            money="savings",
            source_id=self.account(self.siti, "sukarela").id,
            amount=1000,
        )

    def _term(self, _user):
        return self.env["koperasi.savings.term"].search([("company_id", "=", self.company.id)], limit=1)

    def _payout_request(self, _user):
        return self.env["koperasi.payout.request"].search([("company_id", "=", self.company.id)])

    def _session(self, user):
        return self.sessions.get(user, self.sessions[self.petugas])

    def _session_of_maker(self, _user):
        self._session(self.petugas).sudo()._set(user_id=self.maker.id)
        return self._session(self.petugas)

    def _correction(self, _user):
        return self.env["koperasi.correction"].search([("company_id", "=", self.company.id)])

    def _bank_draft(self, _user):
        return self.env["koperasi.bank.statement"].search([("company_id", "=", self.company.id)])

    def _bank_file(self, user):
        statement = self._bank_draft(user)
        statement.sudo()._set(file=base64.b64encode(b"Tanggal;Keterangan;Jumlah\n05/10/2026;SETORAN;100.000\n"))
        return statement

    def _bank_agreed(self, user):
        statement = self._bank_draft(user)
        self.as_user(self.maker, statement).action_agree()
        return statement

    def _bank_line_open(self, user):
        return self._bank_draft(user).line_ids

    def _bank_match(self, user):
        statement = self._bank_draft(user)
        entry = self.env["koperasi.bank.entry"].search([("company_id", "=", self.company.id)], limit=1)
        vals = {"statement_id": statement.id, "line_ids": statement.line_ids.ids, "entry_ids": entry.ids}
        return self._form(user, "koperasi.bank.match", **vals)

    def _bank_line(self, user):
        self.as_user(self.maker, self._bank_draft(user)).action_propose()
        return self._bank_draft(user).line_ids

    def _bank_entry_before(self, user):
        """Of before a first statement that begins on the 6th."""
        self._bank_draft(user).sudo().line_ids.unlink()
        self._bank_draft(user).sudo()._set(date_from=date(2026, 10, 6), date_to=date(2026, 10, 6))
        self.env.flush_all()
        return self.env["koperasi.bank.entry"].search([("company_id", "=", self.company.id)])

    def _month(self, _user):
        return self.env["koperasi.month"].search([("company_id", "=", self.company.id)])

    def _month_with_accrual(self, user):
        self.company.koperasi_accrual = True
        return self._month_with_loan(user)

    def _month_with_loan(self, _user):
        return self._month(_user)

    def _form_quality(self, user):
        return self._form(user, "koperasi.collectibility.print", date=date(2026, 10, 31), company_id=self.company.id)

    def _month_done(self, _user):
        """Before there was anything."""
        return self.as_user(self.maker, self.env["koperasi.month"]).create(
            {"company_id": self.company.id, "date_from": date(1999, 11, 1)}
        )

    def _month_closed(self, _user):
        month = self._month_done(_user)
        self.as_user(self.maker, month).action_close()
        return month

    def _opening(self, _user):
        return self.env["koperasi.opening"].search([("company_id", "=", self.company.id)])

    def _import(self, _user):
        return self.env["koperasi.member.import"].search([("company_id", "=", self.company.id)])

    def _import_checked(self, user):
        sheet = self._import(user)
        sheet._set(state="checked")
        return sheet

    def _opening_checked(self, user):
        opening = self._opening(user)
        opening._set(state="checked")
        return opening

    def _run_draft(self, _user):
        return self.as_user(self.maker, self.env["koperasi.run"]).create(
            {"company_id": self.company.id, "product_id": self.interest_product.id, "date_from": date(2026, 9, 1)}
        )

    def _run_queued(self, _user):
        run = self.run_done
        run.sudo()._set(state="queued")
        return run

    def _run_done(self, _user):
        return self.run_done

    # Forms are made by the person herself: creating one may be what she is refused.

    def _form(self, user, model, **vals):
        return self.as_user(user, self.env[model]).create(vals)

    def _form_setup(self, user):
        return self._form(user, "koperasi.setup", name="Koperasi Mawar")

    def _form_appointment(self, user):
        return self._form(user, "koperasi.appointment", name="Wati", login="wati", company_id=self.company.id)

    def _form_loan(self, user, loan, operation, amount):
        return self._form(user, "koperasi.loan.operation", loan_id=loan.id, operation=operation, amount=amount)

    def _form_disburse(self, user):
        return self._form_loan(user, self._loan_approved(user), "disburse", 1000000)

    def _form_pay(self, user):
        return self._form_loan(user, self.loan, "pay", 110000)

    def _form_pay_off(self, user):
        [*rows] = self.loan.sudo()._payoff_lines(TODAY)
        return self._form_loan(user, self.loan, "pay_off", sum(row["amount"] for row in rows))

    def _form_waiver(self, user):
        return self._form(user, "koperasi.loan.waiver.request", loan_id=self.loan.id, amount=1000, reason="Sakit")

    def _form_exit_cash(self, user):
        leaving = self._exit_settled(user)
        self.deposit(self.account(self.low, "sukarela"), 1000, self._session(user))  # cash for it
        return self._form(user, "koperasi.member.exit.payment", exit_id=leaving.id, amount=1000)

    def _form_exit_bank(self, user):
        return self._form(
            user,
            "koperasi.member.exit.payment",
            exit_id=self._exit_settled(user).id,
            way="bank",
            bank_id=self._bank().id,
            amount=1000,
        )

    def _form_savings(self, user, operation, **vals):
        savings = self.account(self.siti, "sukarela")
        return self._form(
            user, "koperasi.savings.operation", savings_id=savings.id, operation=operation, amount=1000, **vals
        )

    def _form_deposit(self, user):
        return self._form_savings(user, "deposit")

    def _form_withdraw(self, user):
        self.deposit(self.account(self.low, "sukarela"), 5000, self._session(user))  # cash for it
        return self._form_savings(user, "withdraw")

    def _form_transfer(self, user):
        return self._form_savings(user, "transfer", target_id=self.account(self.low, "sukarela").id)

    def _form_passbook(self, user):
        savings = self.account(self.low, "sukarela")
        return self._form(user, "koperasi.passbook.operation", savings_id=savings.id)

    def _form_simulation(self, user):
        return self._form(user, "koperasi.loan.simulation", product_id=self.loan.product_id.id, amount=1000000)

    def _form_statement(self, user):
        return self._form(user, "koperasi.savings.statement", savings_id=self.account(self.siti, "sukarela").id)

    def _form_term_open(self, user):
        product = self.env.ref(f"account.{self.company.id}_koperasi_product_term")
        term = self._new_term(self.maker, self.siti, product)
        return self._form(user, "koperasi.term.operation", term_id=term.id, money="savings")

    def _form_term_break(self, user):
        term = self.env["koperasi.savings.term"].search(
            [("company_id", "=", self.company.id), ("state", "=", "active")], limit=1
        )
        return self._form(user, "koperasi.term.operation", term_id=term.id, money="savings", operation="pay_out")

    def _form_counter(self, user):
        form = self._form(user, "koperasi.counter", member_id=self.siti.id, company_id=self.company.id)
        form.in_ids[:1].amount = 20000
        form._record()
        return form

    def _draft_counter(self, _user):
        draft = {
            "key": "laci",
            "company_id": self.company.id,
            "member_id": self.siti.id,
            "cash_given": 0,
            "money_in": [(self.account(self.siti, "sukarela").id, False, False, 20000)],
            "money_out": [],
        }
        return self.env["koperasi.counter"], [draft]

    def _handover(self, user):
        session = self._session(user)
        self.deposit(self.account(self.low, "sukarela"), 5000, session)  # cash for it
        target = self.env.ref(f"account.{self.company.id}_koperasi_box_cash_main")
        if session.box_id == target:
            target = self.env.ref(f"account.{self.company.id}_koperasi_box_cash_counter")
        return self.as_user(self.maker, self.env["koperasi.cash.handover"]).create(
            {"company_id": self.company.id, "session_id": session.id, "target_id": target.id, "amount": 5000}
        )

    def _handover_sent(self, user):
        giver = self.bendahara if user == self.petugas else self.petugas
        handover = self._handover(giver)
        self.as_user(giver, handover).action_send()
        return handover

    def _collection(self, _user):
        return self.env["koperasi.collection"].search(
            [("company_id", "=", self.company.id), ("group_id", "=", False)]
        )

    def _collection_joint(self, _user):
        return self.env["koperasi.collection.cover"].search([("company_id", "=", self.company.id)]).collection_id

    def _form_cash_entry(self, user):
        purpose = self.env["koperasi.cash.purpose"].search(
            [("company_id", "=", self.company.id), ("direction", "=", "in")], limit=1
        )
        return self._form(user, "koperasi.cash.entry", direction="in", purpose_id=purpose.id, amount=1000, party="Budi")

    def _form_bank_entry(self, user):
        purpose = self.env.ref(f"account.{self.company.id}_koperasi_purpose_bank_interest")
        vals = {"direction": "in", "purpose_id": purpose.id, "amount": 1000, "way": "bank"}
        if user != self.bendahara:  # who may not choose the bank is refused before it is asked for
            return self._form(user, "koperasi.cash.entry", **vals)
        return self._form(user, "koperasi.cash.entry", **vals, bank_id=self._bank().id)

    def _form_close(self, user):
        session = self._session(user)
        return self._form(user, "koperasi.cash.close", session_id=session.id, counted_amount=session.expected_amount)

    def _form_close_of_maker(self, user):
        session = self._session_of_maker(user)
        return self._form(user, "koperasi.cash.close", session_id=session.id, counted_amount=session.expected_amount)

    def _form_correction(self, user):
        self._correction(user).sudo()._set(state="refused")
        self.env.flush_all()
        return self._form(user, "koperasi.correction.request", transaction_id=self.receipt.id, reason="Salah ketik")

    def _form_as_of(self, user):
        return self._form(user, "koperasi.as.of", date=date(2026, 10, 31))

    def _form_register(self, user):
        return self._form(user, "koperasi.member.register", company_id=self.company.id)

    def _form_trial_balance(self, user):
        return self._form(user, "koperasi.member.trial.balance", company_id=self.company.id)
