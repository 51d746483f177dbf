// Command changelog puts the fragments of .changes/unreleased into CHANGELOG.md
// under the version that they are released with, and removes them. Without a
// version it prints the section that they would become. It also prints what the
// file says of a version that was released, for the notes of its release.
//
// A fragment is a Markdown file that holds one sentence or two, and whose name
// begins with the kind of change: added-, changed-, fixed- or removed-. One
// change writes one file, so that two changes never meet in the same lines.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	version := flag.String("version", "", "the version that is released; without it nothing is written")
	told := flag.String("notes", "", "print what CHANGELOG.md says of this version, and end")
	flag.Parse()
	var err error
	if *told == "" {
		err = run(".", *version, time.Now())
	} else {
		err = printNotes(os.Stdout, ".", *told)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "changelog:", err)
		os.Exit(1)
	}
}
