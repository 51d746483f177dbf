package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const gpl = `This program is free software: you can redistribute it and/or modify
it under the terms of the GNU General Public License as published by
the Free Software Foundation, either version 3 of the License, or
(at your option) any later version.
`

func TestLicenceInFolder(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("../../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		files            map[string]string
		licence, problem string
	}{
		"allowed":               {map[string]string{"LICENSE": string(own)}, "MPL-2.0", ""},
		"not allowed":           {map[string]string{"COPYING": gpl}, "GPL-3.0-or-later", "GPL-3.0-or-later is none"},
		"one of two is not":     {map[string]string{"LICENSE.md": string(own), "license-2": gpl}, "GPL-3.0-or-later, MPL-2.0", "GPL-3.0-or-later is none"},
		"not known":             {map[string]string{"LICENCE": "You may look at it on Sundays."}, "unknown", "0% the text"},
		"known and more beside": {map[string]string{"LICENSE": gpl + strings.Repeat("And on Sundays you pay twice for it. ", 30)}, "unknown", "Read it"},
		"none":                  {map[string]string{"README.md": string(own)}, "none", "no licence"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for file, text := range test.files {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			licence, err := licenceIn(folder)
			if licence != test.licence || (err != nil) != (test.problem != "") || err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("%q, %v", licence, err)
			}
		})
	}
}
