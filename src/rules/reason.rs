//! Why a line gives no rule, in the words that people are shown.

/// Why a line gives no rule: what the line is, or what is wrong with it.
pub(super) type Reason = &'static str;

// What is no name.
pub(super) const EMPTY_NAME: Reason = "an empty name";
pub(super) const EMPTY_LABEL: Reason = "a name with an empty label";
pub(super) const LONG_LABEL: Reason = "a label longer than 63 octets";
pub(super) const LONG_NAME: Reason = "a name longer than 255 octets";
pub(super) const BAD_CHARACTER: Reason = "a character that no name has";
pub(super) const NOT_UTF8: Reason = "not UTF-8";
pub(super) const BAD_IDNA: Reason = "not a name that IDNA can encode";
pub(super) const SINGLE_LABEL: Reason = "a single label; only a list marked as one of top-level domains may hold it";
pub(super) const ADDRESS: Reason = "an address, not a name";
pub(super) const NETWORK: Reason = "a network, not a name";
pub(super) const PORT: Reason = "a port behind the name";
pub(super) const PATH: Reason = "a path; DNS sees only names";
pub(super) const URL: Reason = "a URL; DNS sees only names";
pub(super) const WILDCARD: Reason = "a wildcard where the dialect has none";
pub(super) const EVERYTHING: Reason = "it would cover every name";

// What is no line.
pub(super) const LONG_LINE: Reason = "a line longer than 65,536 octets";
pub(super) const MARKUP: Reason = "HTML, not a list";
pub(super) const SEVERAL_WORDS: Reason = "several words without an address before them";
pub(super) const NO_NAME: Reason = "an address without a name behind it";
pub(super) const NO_ADDRESS: Reason = "no address before the name";
pub(super) const OTHER_DIALECT: Reason = "not the dialect that the list is set to";
pub(super) const COMMENT: Reason = "a comment, not a rule";

// AdGuard.
pub(super) const COSMETIC: Reason = "a cosmetic rule; it acts inside web pages";
pub(super) const HOSTS_LINE: Reason = "a line of a hosts file; as a rule, write the name alone, or `||name^`";
pub(super) const BARE_REGEX: Reason = "a regular expression without the slashes around it, as in `/^ads[0-9]+\\./`";
pub(super) const OPEN_START: Reason = "a pattern that does not begin with `||` or `|`";
pub(super) const OPEN_END: Reason = "a pattern without `^` at its end";
pub(super) const PAGE_MODIFIER: Reason = "a modifier about web requests; DNS sees only names";
pub(super) const UNKNOWN_MODIFIER: Reason = "an unknown modifier";

// Patterns.
pub(super) const NO_WORD: Reason = "a pattern without three characters in a row that every match must have";
pub(super) const LONG_PATTERN: Reason = "a pattern longer than 1,024 octets";
pub(super) const MANY_PATTERNS: Reason = "more than 512 patterns";
pub(super) const TOP_LEVEL_PATTERN: Reason = "a pattern that covers a whole top-level domain";
pub(super) const FOREIGN_PATTERN: Reason = "a letter beyond ASCII; write the pattern for the form that DNS has, `xn--`";
pub(super) const BAD_REGEX: Reason = "not a regular expression, or one that looks around or back";
pub(super) const LARGE_REGEX: Reason = "a regular expression that takes too much memory";

// The others.
pub(super) const NO_STOP: Reason = "an option that stops no names";
pub(super) const FORWARDING: Reason = "it forwards to another server; that belongs into `upstream.routes`";
pub(super) const ZONE_TYPE: Reason = "a zone type that stops no names";
pub(super) const BROKEN: Reason = "the line is cut off or malformed";
pub(super) const RPZ_TRIGGER: Reason = "a trigger on addresses or name servers is not supported";
pub(super) const RPZ_OWNER: Reason =
    "a name with a final dot, which holds the name of the zone; names relative to it are read";
pub(super) const RPZ_ACTION: Reason = "a policy action that is not supported";
pub(super) const RPZ_TYPE: Reason = "a record type that stops no names";
