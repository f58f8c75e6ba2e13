using Innate.Generation;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Scoring.Grading;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.StepLabels;

/// <summary>Rows into solutions with steps: the rows' own, or sampled ones.</summary>
/// <param name="session">The model that samples.</param>
/// <param name="settings">How.</param>
/// <param name="columns">The rows' own names of fields; null: none of their own.</param>
internal sealed class SolutionReader(ModelSession session, StepLabelSettings settings, RowColumns? columns)
{
    private readonly RowEncoder _encoder = RowEncoder.Of(session, settings.Format);
    private readonly IReadOnlySet<int> _stopIds = session.StopIds(settings.Format);
    private readonly int? _end = session.Format(settings.Format).EndOfTurnId;

    /// <summary>A row with its prompt's ids and its known answer.</summary>
    /// <exception cref="InputException">The row has none, or cannot be encoded.</exception>
    public (Row Row, int[] Prompt, string Gold) Read(InputLine line)
    {
        Row row = settings.Solutions > 0 ? RowParser.ParsePrompt(line, columns) : RowParser.Parse(line, columns);
        string gold = RowGold.Of(row, columns)
            ?? throw new InputException(
                "expected \"answer\" or \"gold\", the known answer by which solutions are checked, found none");
        int[] prompt = _encoder.EncodePrompt(row.Prompt);
        ModelLimits.Of(session.Traces).RequirePrompt(prompt, room: 1);
        return (row, prompt, gold);
    }

    /// <summary>The solutions of rows; those that say nothing are left out.</summary>
    public IReadOnlyList<Solution> Solutions(
        IReadOnlyList<(Row Row, int[] Prompt, string Gold)> rows, CancellationToken cancellation)
    {
        if (settings.Solutions == 0)
        {
            return [.. rows.SelectMany(r => _encoder.EncodeRow(r.Row).Query.Responses.Select(ids => Of(r, Open(ids))))
                .OfType<Solution>()];
        }

        IReadOnlyList<GeneratedResponse[]> groups = session.Generator.Generate(
            [.. rows.Select(r => r.Prompt)], settings.Solutions,
            settings.Sampling with { SeedsByPrompt = true, StopIds = _stopIds }, null, cancellation);
        return [.. rows.SelectMany((r, i) => groups[i].Select(g => Of(r, g.SaidIds))).OfType<Solution>()];
    }

    /// <summary>Whether a whole solution ends in the known answer.</summary>
    public bool IsRight(int[] prompt, int[] ids, string gold) =>
        VerifiableAnswer.Check(GeneratedText.OfIds(session.Tokenizer, prompt, ids), gold).Reward == 1;

    private int[] Open(int[] ids) => ids.Length > 0 && ids[^1] == _end ? ids[..^1] : ids;

    private Solution? Of((Row Row, int[] Prompt, string Gold) row, int[] ids)
    {
        string[] texts = TextsOf(ids);
        string text = string.Concat(texts);
        int[] ends = StepText.Ends(text, settings.Split);
        return ends.Length == 0 ? null : new Solution(
            row.Row, row.Prompt, ids, StepText.Pieces(text, settings.Split), [.. TokensUpTo(texts, ends)], row.Gold,
            IsRight(row.Prompt, ids, row.Gold));
    }

    private string[] TextsOf(int[] ids) => session.Tokenizer.TokenTexts(ids);

    // A token that begins before a step's end and goes on after it is the next step's: a completion has to write it anew.
    private static IEnumerable<int> TokensUpTo(string[] texts, int[] ends)
    {
        int token = 0, at = 0;
        foreach (int end in ends)
        {
            while (token < texts.Length && at + texts[token].Length <= end) at += texts[token++].Length;
            yield return token;
        }
    }
}
