// Command licences lists the modules that the released programs are made of, each
// with its version and licence. It fails when one has a licence that the programs
// may not be given away under, or none that is known.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/licensecheck"
)

// allowed are the licences of what may be linked into a program under MPL-2.0, by
// their SPDX identifiers.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unicode-DFS-2016"}

// certain is how much of a text, in percent, has to be that of known licences.
const certain = 90

type module struct {
	Path, Version, Dir string
	Main               bool
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run lists the modules of these packages.
func run(out io.Writer, packages []string) error {
	modules, err := linked(packages)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var problems []error
	for _, m := range modules {
		licence, err := licenceIn(m.Dir)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s %s: %w", m.Path, m.Version, err))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", m.Path, m.Version, licence)
	}
	return errors.Join(append(problems, table.Flush())...)
}

// linked are the modules, but for the one at hand, whose packages these need.
func linked(packages []string) ([]module, error) {
	list := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, packages...)...)
	list.Stderr = os.Stderr
	printed, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var modules []module
	for decoder := json.NewDecoder(bytes.NewReader(printed)); ; {
		var of struct{ Module *module }
		if err := decoder.Decode(&of); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if of.Module != nil && !of.Module.Main && !slices.Contains(modules, *of.Module) {
			modules = append(modules, *of.Module)
		}
	}
	if len(modules) == 0 {
		return nil, errors.New("go list: no module was found")
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return modules, nil
}

// licenceIn is the licence of the module in a folder, or an error where it has
// none that is allowed.
func licenceIn(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	var found []string
	for _, entry := range entries {
		name := strings.ToUpper(entry.Name())
		if entry.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return "", err
		}
		coverage := licensecheck.Scan(text)
		if coverage.Percent < certain {
			return "unknown", fmt.Errorf("%s is %.0f%% the text of a known licence. Read it", entry.Name(), coverage.Percent)
		}
		for _, match := range coverage.Match {
			found = append(found, match.ID)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	licence := strings.Join(found, ", ")
	if licence == "" {
		return "none", errors.New("there is no licence in it")
	}
	for _, id := range found {
		if !slices.Contains(allowed, id) {
			return licence, fmt.Errorf("%s is none of the licences that are allowed: %s", id, strings.Join(allowed, ", "))
		}
	}
	return licence, nil
}
