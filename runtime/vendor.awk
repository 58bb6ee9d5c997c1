# vendor.awk - the runtime as one file.
#
#   awk -f runtime/vendor.awk runtime/ccrt.h          the header, with its parts in it
#   awk -f runtime/vendor.awk runtime/*.c             the source, which includes that header
#
# Each #include "…" is replaced by the file the first time and dropped after.  In the source the
# public headers are one: ccrt.h beside it.  PostgreSQL is in it where CCRT_POSTGRES is defined.
BEGIN {
	source = ARGV[1] ~ /\.c$/
	print "/* The ccgen runtime in one file, made from its sources: change those. */"
	if (source) {
		print "#ifndef _POSIX_C_SOURCE"
		print "#define _POSIX_C_SOURCE 200809L"
		print "#endif"
		print "#include \"ccrt.h\""
	}
	for (i = 1; i < ARGC; i++) {
		optional = ARGV[i] ~ /\/postgres[^\/]*\.c$/
		if (optional)
			print "#ifdef CCRT_POSTGRES"
		take(ARGV[i])
		if (optional)
			print "#endif"
	}
	exit
}

function take(path,    line, dir, name)
{
	dir = path
	sub(/[^\/]*$/, "", dir)
	while ((getline line < path) > 0) {
		if (line !~ /^#include "/) {
			print line
			continue
		}
		name = line
		gsub(/^#include "|".*$/, "", name)
		if ((source && name ~ /^ccrt(_[a-z]+)?\.h$/) || name in taken)
			continue
		taken[name] = 1
		take(dir name)
	}
	close(path)
}
