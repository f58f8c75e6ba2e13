using System.Text.Json;
using Innate.Rows;
using Innate.Text;

namespace Innate.Runs.Aligning;

/// <summary>
/// Three disjoint sets of prompts: to learn from, to choose the model by, to judge it by at the end. To which one a prompt goes
/// depends on its words and the seed, so that equal prompts never lie in two.
/// </summary>
/// <param name="Learn">Rows to learn from.</param>
/// <param name="Choose">Rows to choose by.</param>
/// <param name="Judge">Rows to judge by.</param>
/// <param name="HaveAnswers">Whether every row has a gold answer.</param>
internal sealed record PromptSets(
    IReadOnlyList<JsonElement> Learn, IReadOnlyList<JsonElement> Choose, IReadOnlyList<JsonElement> Judge, bool HaveAnswers)
{
    // Fewer could show nothing.
    private const int Least = 20, MostJudge = 300, MostChoose = 60;

    /// <summary>The names of the sets' files in the run's folder.</summary>
    public static string FileOf(string output, string set) => Path.Combine(output, "prompts", $"{set}.jsonl");

    /// <summary>Reads and deals out prompts; no model is needed.</summary>
    /// <param name="settings">File, sizes, seed.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="InputException">A bad row, named by its place; too few different prompts for three sets.</exception>
    public static PromptSets Read(AlignSettings settings, CancellationToken cancellation)
    {
        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        bool haveAnswers = true;
        List<(JsonElement Row, string Words)> rows = [];
        rows.AddRange(RowInput.Read(settings.Prompts, line =>
        {
            cancellation.ThrowIfCancellationRequested();
            Row row = RowParser.ParsePrompt(line, columns);
            haveAnswers &= new RowFields(row.Fields, columns).Has("answer");
            return (row.Fields.Clone(), Words(row.Prompt));
        }, columns).Select(r => r.Row));
        string[] prompts = [.. rows.Select(r => r.Words).Distinct(StringComparer.Ordinal)];
        if (prompts.Length == 0) throw new InputException($"{settings.Prompts}: expected prompts, found none.");
        int judge = settings.JudgePrompts ?? Math.Min(MostJudge, prompts.Length * 3 / 10);
        int choose = settings.ChoosePrompts ?? Math.Min(MostChoose, prompts.Length * 3 / 20);
        if (prompts.Length < Least || judge < 1 || choose < 1 || prompts.Length - judge - choose < 1)
        {
            throw new InputException(
                $"{settings.Prompts}: expected at least {Math.Max(Least, judge + choose + 1)} different prompts ({judge} judge, "
                + $"{choose} choose, the rest teach), found {prompts.Length}.");
        }

        Dictionary<string, int> places = prompts.OrderBy(p => RandomBits.Mix(settings.Seed, RandomBits.Hash(p)))
            .ThenBy(p => p, StringComparer.Ordinal).Select((p, i) => (p, i)).ToDictionary(StringComparer.Ordinal);
        JsonElement[] Between(int from, int to) =>
            [.. rows.Where(r => places[r.Words] >= from && places[r.Words] < to).Select(r => r.Row)];
        return new PromptSets(
            Between(judge + choose, prompts.Length), Between(judge, judge + choose), Between(0, judge), haveAnswers);
    }

    /// <summary>Writes the three files.</summary>
    public void Write(string output)
    {
        Directory.CreateDirectory(Path.Combine(output, "prompts"));
        foreach ((string name, IReadOnlyList<JsonElement> rows) in ((string, IReadOnlyList<JsonElement>)[])
            [("learn", Learn), ("choose", Choose), ("judge", Judge)])
        {
            using MemoryStream lines = new();
            foreach (JsonElement row in rows) lines.Write(RowWriter.Line(w => RowWriter.PassThrough(w, row, [])));
            WholeFile.Write(FileOf(output, name), lines.GetBuffer().AsSpan(0, (int)lines.Length));
        }
    }

    private static string Words(RowPrompt prompt) => prompt.Ids is { } ids
        ? string.Join(' ', ids)
        : string.Join('\0', prompt.Conversation.Select(m => $"{m.Role}\u0001{m.Content}"));
}
