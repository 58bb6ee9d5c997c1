# fill.awk - random rows, as INSERT statements, for the tables of an application.
#
#   awk -v seed=N -f fill.awk NAME.rows NAME.recount.sql NAME.tables.sql
#
# NAME.rows says how many rows a table has ("rows 30" for all, "users 12" for one) and what is in
# its columns where the default will not do ("users.kind = 'a' 'b' NULL 1..9", each as likely as
# the others; "users.n = -" leaves the column to the database).  By default a number is a small
# one or a key that may be there, a time lies around the one that sweeps use, and what may be NULL
# sometimes is.  Columns that the recounts compare are left to the database as well.

function pick(n) { return int(rand() * n) }

function timestamp() {
	return "datetime(" 1700000000 - 5000000 + pick(10000000) ", 'unixepoch')"
}

function key(n) { return 1 + pick(n + 2) }

function value(table, column, type, nullable,    name, k, range) {
	name = table "." column
	if (name in choices) {
		k = choice[name, 1 + pick(choices[name])]
		if (split(k, range, /\.\./) == 2 && k ~ /^-?[0-9]+\.\.-?[0-9]+$/)
			return range[1] + pick(range[2] - range[1] + 1)
		return k
	}
	if (nullable && pick(6) == 0)
		return "NULL"
	if (type == "BOOLEAN")
		return pick(2)
	if (type == "DECIMAL_TEXT")
		return pick(20000) / 100
	if (column ~ /_at$/)
		return timestamp()
	if (type == "INTEGER")
		return column ~ /_?id$/ ? key(all) : pick(4)
	return "'" substr("abcdefgh", 1 + pick(8), 1) "'"
}

function rows(table) { return table in count ? count[table] : all }

# The key is the row's number unless it is said to be something else.
function insert(    i, j, names, values, n) {
	for (i = 1; i <= rows(table); i++) {
		names = values = ""
		for (j = 1; j <= columns; j++) {
			if ((table "." column[j]) in left)
				continue
			names = names (names == "" ? "" : ", ") "\"" column[j] "\""
			n = column[j] == primary && !((table "." primary) in choices) ? i \
			    : value(table, column[j], type[j], nullable[j])
			values = values (values == "" ? "" : ", ") n
		}
		print "INSERT OR IGNORE INTO \"" table "\" (" names ") VALUES (" values ");"
	}
}

BEGIN { srand(seed); all = 30 }

FNR == 1 { file++ }

file == 1 && (/^#/ || !NF) { next }
file == 1 && $1 == "rows" { all = $2; next }
file == 1 && $2 == "=" {
	if ($3 == "-") {
		left[$1]
		next
	}
	choices[$1] = NF - 2
	for (f = 3; f <= NF; f++)
		choice[$1, f - 2] = $f
	next
}
file == 1 { count[$1] = $2; next }

file == 2 {
	if (/^SELECT '.*json_array/) {
		split($0, part, "'")
		left[part[4] "." part[6]]
	}
	next
}

/^CREATE TABLE/ {
	table = $3
	gsub(/"/, "", table)
	columns = 0
	next
}
/^  PRIMARY KEY/ {
	primary = $3
	gsub(/[(),]/, "", primary)
	next
}
/^  / {
	columns++
	column[columns] = $1
	gsub(/"/, "", column[columns])
	type[columns] = $2
	sub(/,$/, "", type[columns])
	nullable[columns] = !/NOT NULL/
	next
}
/^\);/ { insert() }
