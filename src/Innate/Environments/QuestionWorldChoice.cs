using System.Globalization;
using Innate.Environments.Retrieval;
using Innate.Environments.Tools;

namespace Innate.Environments;

/// <summary>
/// Worlds of questions as they are written: <c>search,data=FILE,corpus=FILE[,top=N][,max-steps=N]</c> (R-Search),
/// <c>tools,data=FILE,corpus=FILE[,top=N][,max-steps=N][,in-words]</c> (the corpus as a tool), or
/// <c>tools,data=FILE[,timeout=SECONDS][,max-steps=N][,in-words]:RUN</c> (the tools of a server that the shell runs).
/// </summary>
internal sealed record QuestionWorldChoice
{
    /// <summary>What the two worlds are called.</summary>
    public const string SearchName = "search", ToolsName = "tools";

    private const string Setting = "World";

    private string? Data { get; init; }

    private string? CorpusFile { get; init; }

    private string? Run { get; init; }

    private int? Top { get; init; }

    private int? MaxSteps { get; init; }

    private double? Timeout { get; init; }

    private bool InWords { get; init; }

    /// <summary>Reads one; its files are read once, whatever the number of copies.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="isProcess">Whether each copy is a process of its own.</param>
    /// <returns>Makes a copy of the world; null: another world is meant.</returns>
    /// <exception cref="InputException">An option is unknown, missing or out of range, or a file cannot be used.</exception>
    public static Func<IEnvironment>? Parse(string text, out bool isProcess)
    {
        // A drive's colon is none of ours.
        int colon = -1;
        do colon = text.IndexOf(':', colon + 1);
        while (colon >= 2 && colon + 1 < text.Length && text[colon + 1] is '\\' or '/' && text[colon - 2] == '=');
        string[] parts = (colon < 0 ? text : text[..colon]).Split(',');
        isProcess = false;
        if (parts[0] is not (SearchName or ToolsName)) return null;
        QuestionWorldChoice choice = new() { Run = colon < 0 ? null : text[(colon + 1)..].Trim() };
        foreach (string part in parts.Skip(1)) choice = choice.With(part, isSearch: parts[0] == SearchName);
        isProcess = choice.Run is not null;
        return parts[0] == SearchName ? choice.Search() : choice.Tools();
    }

    private QuestionWorldChoice With(string part, bool isSearch)
    {
        string[] pair = part.Split('=', 2);
        string value = pair.Length > 1 ? pair[1] : "";
        return (pair[0], pair.Length) switch
        {
            ("data", 2) when value.Length > 0 => this with { Data = value },
            ("corpus", 2) when value.Length > 0 => this with { CorpusFile = value },
            ("top", 2) when Count(value) is { } top => this with { Top = top },
            ("max-steps", 2) when Count(value) is { } steps => this with { MaxSteps = steps },
            ("timeout", 2) when !isSearch && double.TryParse(
                value, NumberStyles.Float, CultureInfo.InvariantCulture, out double time) && time is > 0 and <= 1e6 =>
                this with { Timeout = time },
            ("in-words", 1) when !isSearch => this with { InWords = true },
            _ => throw new InputException(
                Setting,
                isSearch
                    ? "data=FILE, corpus=FILE, top=N or max-steps=N after search"
                    : "data=FILE, corpus=FILE, top=N, max-steps=N, timeout=SECONDS or in-words after tools",
                $"'{part}'"),
        };
    }

    private Func<IEnvironment> Search()
    {
        if (Run is not null) throw new InputException(Setting, "no program after search, which looks in corpus=FILE", $"'{Run}'");
        IReadOnlyList<QuestionRow> rows = Rows();
        Corpus corpus = Corpus.Read(CorpusFile ?? throw Missing("corpus=FILE", SearchName));
        return () => new SearchWorld(rows, corpus, Top ?? 3, MaxSteps ?? 4);
    }

    private Func<IEnvironment> Tools()
    {
        IReadOnlyList<QuestionRow> rows = Rows();
        int steps = MaxSteps ?? 8;
        if (Run is not { } run)
        {
            if (Timeout is not null) throw new InputException(Setting, "no timeout where no program is waited for", "one");
            Corpus corpus = Corpus.Read(CorpusFile ?? throw Missing("corpus=FILE or ':' and a tool server", ToolsName));
            return () => new ToolWorld(rows, new CorpusTools(corpus, Top ?? 3), steps, InWords);
        }

        if (CorpusFile is not null || Top is not null)
        {
            throw new InputException(Setting, "either corpus=FILE or ':' and a tool server", "both");
        }

        if (run.Length == 0) throw Missing("a tool server after ':'", ToolsName);
        Func<string, TimeSpan, IToolBox> open = ToolServers.Mcp ?? throw new InputException(
            Setting, "the package Innate.Mcp, which speaks with tool servers, after McpTools.Use()", "no such call");
        return () => new ToolWorld(rows, open(run, TimeSpan.FromSeconds(Timeout ?? 30)), steps, InWords);
    }

    private IReadOnlyList<QuestionRow> Rows() => QuestionRow.Read(
        Data ?? throw Missing("data=FILE", CorpusFile is null ? "the world" : "corpus=FILE"));

    private static InputException Missing(string expected, string beside) => new(Setting, $"{expected} with {beside}", "none");

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1 ? count : null;
}
