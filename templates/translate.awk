# translate.awk - a template becomes C functions.
#
#   % template name(args)   starts the function void name(struct text *out, args)
#   % local template …      the same, static
#   % for (…)  % while (…)  % if (…)  % else if (…)  % else  % end
#                           control lines; "end" closes the innermost, a template too
#   % anything              is C as it stands; %% starts a line of text with a %
#   any other line          is text in its final indentation; a \ at its end joins the next line
#
# Holes in the text; user text enters through one of the quoting ones:
#   ${e}    a ready string     ${d:e}  an integer     ${@f(args)}  calls f(out, args)
#   ${c:e}  C string           ${k:e}  C comment      ${j:e}       JSON string
#   ${n:e}  SQL name           ${q:e}  SQL string     ${m:e}       SQL comment
#   ${h:e}  HTML               ${w:e}  Markdown
#
# Literal text between two holes is one text_add_bytes.  #line makes the C compiler report errors
# at the template's line.  Runs in any awk.

BEGIN {
	call["c"] = "text_c_string(out, %)"
	call["d"] = "text_add_int(out, %)"
	call["h"] = "text_html(out, %)"
	call["j"] = "text_json_string(out, %)"
	call["k"] = "text_c_comment(out, %, 0)"
	call["m"] = "text_sql_comment(out, %)"
	call["n"] = "text_sql_name(out, %)"
	call["q"] = "text_sql_string(out, %)"
	call["s"] = "text_add(out, %)"
	call["w"] = "text_markdown(out, %)"
	escaped["\\"] = "\\\\"
	escaped["\""] = "\\\""
	escaped["\t"] = "\\t"
	escaped["?"] = "\\?"               # no trigraphs
	print "#define LITERAL(text) text_add_bytes(out, text, sizeof text - 1)"
}

function fail(message) {
	printf "%s:%d: %s\n", FILENAME, FNR, message > "/dev/stderr"
	failed = 1
	exit 1
}

# C that stands in the template: consecutive lines need no #line of their own.
function code(text) {
	if (next_line != FNR)
		printf "#line %d \"%s\"\n", FNR, FILENAME
	print text
	next_line = FNR + 1
}

function flush() {
	if (literal == "")
		return
	printf "\tLITERAL(\"%s\");\n", literal
	next_line = 0
	literal = ""
}

function add(text,    i, ch) {
	for (i = 1; i <= length(text); i++) {
		ch = substr(text, i, 1)
		literal = literal (ch in escaped ? escaped[ch] : ch)
	}
	if (length(literal) > 2000)
		flush()
}

# Where the hole that `text` continues ends.
function hole_end(text,    i, open, ch) {
	open = 1
	for (i = 1; i <= length(text); i++) {
		ch = substr(text, i, 1)
		if (ch == "{")
			open++
		else if (ch == "}" && --open == 0)
			return i
	}
	fail("a hole without its }")
}

function hole(inside,    kind, at) {
	flush()
	if (inside ~ /^@/) {
		at = index(inside, "(")
		if (at == 0)
			fail("a call without ( )")
		code("\t" substr(inside, 2, at - 2) "(out" (inside ~ /\(\)$/ ? "" : ", ") \
		    substr(inside, at + 1) ";")
	} else {
		kind = "s"
		if (inside ~ /^[a-z]:/) {
			kind = substr(inside, 1, 1)
			inside = substr(inside, 3)
		}
		if (!(kind in call))
			fail("unknown kind of hole: " kind)
		at = index(call[kind], "%")
		code("\t" substr(call[kind], 1, at - 1) inside substr(call[kind], at + 1) ";")
	}
	next_line = 0
}

function text_line(line,    at, end, join) {
	if (depth == 0) {
		if (line !~ /^[ \t]*$/)
			fail("text outside a template")
		return
	}
	join = line ~ /\\$/
	if (join)
		line = substr(line, 1, length(line) - 1)
	while ((at = index(line, "${")) > 0) {
		add(substr(line, 1, at - 1))
		line = substr(line, at + 2)
		end = hole_end(line)
		hole(substr(line, 1, end - 1))
		line = substr(line, end + 1)
	}
	add(line)
	if (!join)
		literal = literal "\\n"
}

function control(line,    head) {
	flush()
	sub(/^%[ \t]?/, "", line)
	if (line ~ /^(local )?template /) {
		if (depth != 0)
			fail("a template inside another")
		head = line ~ /^local / ? "static void" : "void"
		sub(/^(local )?template /, "", line)
		sub(/\(/, "(struct text *out, ", line)
		sub(/, \)/, ")", line)
		code(head " " line " {")
		depth = 1
	} else if (depth > 0 && line ~ /^[ \t]*(for|while|if|switch) \(.*\)$/) {
		code(line " {")
		depth++
	} else if (depth > 0 && line ~ /^[ \t]*else( if \(.*\))?$/) {
		sub(/^[ \t]*/, "", line)
		code("} " line " {")
	} else if (depth > 0 && line ~ /^[ \t]*end$/) {
		code("}")
		depth--
	} else {
		code(line)
	}
}

/^%%/ { text_line(substr($0, 2)); next }
/^%/  { control($0); next }
      { text_line($0) }

END {
	if (!failed && depth != 0) {
		printf "%s: a template is not ended\n", FILENAME > "/dev/stderr"
		exit 1
	}
}
