/^	  \.guard = /d
/^	  \.value = "CASE WHEN \?/d
s/^	  \.again = /	  .value = /
s/IS \?1\)"/IS NOT DISTINCT FROM ?1::bigint)"/
s/\(SELECT \?1 UNION/(SELECT ?1::bigint UNION/
s/\?([0-9]) AS \\"closed/?\1::boolean AS \\"closed/
s/\?([0-9]) AS \\"(id|group_id|replies|parent_id|discussion_id|author_id|score)\\"/?\1::bigint AS \\"\2\\"/g
s/\.sqlite = &sqlite/.postgres = \&sqlite/
s/\.form = CC_(GREATEST|LEAST), \.beside = [0-9]+,//
s/cc_extreme_int64\(([^)]*)\)/((void)\1, 1)/
s/SELECT NULL, /SELECT NULL::bigint, /
