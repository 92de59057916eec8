package app

import (
	"io"
	"log/slog"
	"os"
)

// LogJSON makes slog's default logger write one JSON object a line, from the level on that the environment variable LOG_LEVEL names
// (debug, info, warn, error; info unless set). Replace renames and rewrites attributes as a cloud's console reads them; it may be
// nil.
func LogJSON(w io.Writer, replace func(groups []string, a slog.Attr) slog.Attr) {
	var level slog.Level
	_ = level.UnmarshalText([]byte(os.Getenv("LOG_LEVEL"))) // info, when it names none
	slog.SetDefault(slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: replace})))
}
