/// A few system calls that Swift's Glibc module does not show.
#ifndef SPARSAM_CSYSTEM_H
#define SPARSAM_CSYSTEM_H

/// Renames without ever replacing; returns 0, or -1 with errno (EEXIST when the target exists).
int sparsam_rename_noreplace(const char *from, const char *to);

/// Lets two existing names change places at once; returns 0, or -1 with errno.
int sparsam_rename_exchange(const char *one, const char *other);

/// Fills `count` bytes at `bytes` from the kernel's generator; returns 0, or -1 with errno.
int sparsam_random_bytes(void *bytes, unsigned long count);

/// Restores the default action of every signal that a crash handler could catch.
void sparsam_silence_crashes(void);

/// Makes a reader that went away and a file that may not grow errors of `write` instead of the end.
void sparsam_expect_write_errors(void);

/// Lets nobody but the owner have what this process creates without a mode of its own.
void sparsam_keep_files_private(void);

/// Forbids core dumps and being traced for this process.
void sparsam_forbid_dumps(void);

#endif
