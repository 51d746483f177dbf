package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	fragmentsFolder = ".changes/unreleased"
	changelogFile   = "CHANGELOG.md"
	title           = "# Changelog\n"
)

// kinds are the kinds of change in the order in which a version tells them.
var kinds = []string{"added", "changed", "fixed", "removed"}

// released is what a version may look like.
var released = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

func run(root, version string, now time.Time) error {
	files, section, err := collect(filepath.Join(root, fragmentsFolder))
	if err != nil {
		return err
	}
	if version == "" {
		fmt.Print("## Unreleased\n" + section)
		return nil
	}
	if !released.MatchString(version) {
		return fmt.Errorf("%q is no version; it looks like 1.2.3", version)
	}
	if len(files) == 0 {
		return fmt.Errorf("%s holds no change to release", fragmentsFolder)
	}
	path := filepath.Join(root, changelogFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(text), title) {
		return fmt.Errorf("%s does not begin with %q", changelogFile, strings.TrimSpace(title))
	}
	head, older, _ := strings.Cut(string(text), "\n## ")
	if older != "" {
		older = "\n## " + older
	}
	if strings.Contains(older, "\n## "+version+" ") {
		return fmt.Errorf("%s has version %s already", changelogFile, version)
	}
	heading := fmt.Sprintf("\n## %s (%s)\n", version, now.UTC().Format(time.DateOnly))
	if err := os.WriteFile(path, []byte(head+heading+section+older), 0o644); err != nil {
		return err
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// collect are the fragments in a folder and the section that they make.
func collect(folder string) (files []string, section string, err error) {
	files, err = filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		return nil, "", err
	}
	byKind := map[string][]string{}
	for _, file := range files {
		kind, _, _ := strings.Cut(filepath.Base(file), "-")
		if !slices.Contains(kinds, kind) {
			return nil, "", fmt.Errorf("%s: the name has to begin with one of: %s", file, strings.Join(kinds, ", "))
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, "", err
		}
		sentence := strings.Join(strings.Fields(string(text)), " ")
		if sentence == "" || strings.HasPrefix(sentence, "#") || strings.HasPrefix(sentence, "-") {
			return nil, "", fmt.Errorf("%s: it has to hold plain sentences, without a heading or a bullet", file)
		}
		byKind[kind] = append(byKind[kind], "- "+sentence+"\n")
	}
	for _, kind := range kinds {
		if changes := byKind[kind]; len(changes) > 0 {
			section += "\n" + strings.ToUpper(kind[:1]) + kind[1:] + ":\n\n" + strings.Join(changes, "")
		}
	}
	return files, section, nil
}
