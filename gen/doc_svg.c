/*
 * doc_svg.c - has graphviz draw a graph.
 *
 * No shell is between: the program is looked up in PATH, reads one unnamed temporary file and
 * writes another, and is stopped when it takes too long.  Whatever goes wrong means that there
 * is no drawing, never that there is no page.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "doc_parts.h"

extern char **environ;

enum { SECONDS = 20, STEPS_PER_SECOND = 50 };

/* False: it failed, or was stopped. */
static bool
has_ended(pid_t child)
{
	struct timespec step = { 0, 1000000000L / STEPS_PER_SECOND };
	int status, steps;
	pid_t ended;

	for (steps = 0; steps < SECONDS * STEPS_PER_SECOND; steps++) {
		ended = waitpid(child, &status, WNOHANG);
		if (ended == child)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (ended < 0 && errno != EINTR)
			return false;
		nanosleep(&step, NULL);
	}
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return false;
}

static bool
run(FILE *in, FILE *out)
{
	char *arguments[] = { (char[]){ "dot" }, (char[]){ "-Tsvg" }, NULL };
	posix_spawn_file_actions_t files;
	bool started;
	pid_t child;

	if (posix_spawn_file_actions_init(&files) != 0)
		return false;
	started = posix_spawn_file_actions_adddup2(&files, fileno(in), STDIN_FILENO) == 0 &&
	    posix_spawn_file_actions_adddup2(&files, fileno(out), STDOUT_FILENO) == 0 &&
	    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
	    posix_spawnp(&child, arguments[0], &files, NULL, arguments, environ) == 0;
	posix_spawn_file_actions_destroy(&files);
	return started && has_ended(child);
}

/* Browsers show titles beside the pointer; those of graphviz are our numbers. */
static const char *
without_titles(struct arena *arena, const char *svg)
{
	struct text text = { .arena = arena };
	const char *end;

	for (; svg != NULL && *svg != '\0'; svg = end) {
		end = svg + strcspn(svg, "\n");
		end += *end != '\0';
		if (strncmp(svg, "<title>", 7) != 0 && strncmp(svg, "<!--", 4) != 0)
			text_add_bytes(&text, svg, (size_t)(end - svg));
	}
	return svg == NULL ? NULL : text_string(&text);
}

static const char *
read_all(struct arena *arena, FILE *file)
{
	struct text text = { .arena = arena };
	char buffer[4096];
	size_t n;

	rewind(file);
	while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
		text_add_bytes(&text, buffer, n);
	return ferror(file) ? "" : text_string(&text);
}

const char *
doc_svg(struct arena *arena, const char *dot)
{
	FILE *in = tmpfile(), *out = tmpfile();
	const char *svg = NULL;

	if (in != NULL && out != NULL && fputs(dot, in) >= 0 && fflush(in) == 0) {
		rewind(in);
		if (run(in, out))
			svg = without_titles(arena, strstr(read_all(arena, out), "<svg"));
	}
	if (in != NULL)
		fclose(in);
	if (out != NULL)
		fclose(out);
	return svg;
}
