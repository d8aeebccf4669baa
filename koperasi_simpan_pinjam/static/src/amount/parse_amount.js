const TIMES = { rb: 1e3, ribu: 1e3, jt: 1e6, juta: 1e6 };

/**
 * What people type for money: `50rb`, `1,5jt`, `50.000`, `Rp 50.000`. Rupiah have no decimals, so that a group of
 * three digits is thousands, whichever mark stands before it.
 *
 * @param {string} text
 * @returns {number|null} null when it is none of these: a number of the user's language, or no amount at all
 */
export function parseAmount(text) {
    const found = /^(?:rp\.?\s*)?(\d+(?:[.,]\d+)*)\s*(rb|ribu|jt|juta)?$/i.exec(text.trim());
    if (!found) {
        return null;
    }
    const [, digits, word] = found;
    if (/^\d{1,3}([.,]\d{3})+$/.test(digits)) {
        return Number(digits.replace(/[.,]/g, "")) * (word ? TIMES[word.toLowerCase()] : 1);
    }
    if (/^\d+$/.test(digits)) {
        return Number(digits) * (word ? TIMES[word.toLowerCase()] : 1);
    }
    if (word && /^\d+[.,]\d+$/.test(digits)) {
        return Math.round(Number(digits.replace(",", ".")) * TIMES[word.toLowerCase()]);
    }
    return null;
}
