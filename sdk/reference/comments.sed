# What the headers explain in plain comments, as doxygen wants it. The first comment explains the file.
# In C, one before a declaration explains it, and one behind explains what stands before it.
1s#^/\* homeroom/[^ ]* - #/** @file\n * #
1,/^\#/{
  s#^// homeroom/[^ ]* - #/// @file\n/// #
  s#^// #/// #
}
/^\/\* ----/b
s#^\( *\)/\* #\1/** #
s#\([^ /*].*[;,{)(0-9]\)\( *\)/\* #\1\2/**< #
