using System.Globalization;
using Innate.Generation.Formats;
using Innate.Text;

namespace Innate.Judges;

/// <summary>
/// SPCT, DeepSeek-GRM (arXiv 2504.02495, secondary): shown all responses, the judge writes principles and critiques, then a line
/// with a score from 1 to 10 for each; k judgements vote by <see cref="SpctVote"/>, all of them or those that a scorer of
/// judgements likes best. The words of the prompt are ours.
/// </summary>
/// <remarks>
/// The critique is free. The prompt's <c>verdict</c> and the line follow it: where formats are kept the line is one of
/// <see cref="BoxedScores.Format"/>, else it is free, and a judgement without a list of scores is left out and counted.
/// </remarks>
internal sealed class SpctJudge : IJudge
{
    // A number of up to two digits, a comma and a blank, digit by digit; and the box around them.
    private const int LineTokens = 16, ScoreTokens = 4;

    private readonly JudgeModel _model;
    private readonly JudgePrompt _prompt;
    private readonly JudgeOptions _options;
    private readonly JudgeWriter _writer;
    private readonly Dictionary<int, TokenFormat> _formats = [];

    /// <summary>A judge.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How.</param>
    /// <param name="options">Judgements are its votes.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public SpctJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
    {
        (_model, _prompt, _options) = (model, prompt, JudgeOptions.ForWriting(options, prompt, "principles and critiques"));
        if (_options.MetaKept is { } kept && (_options.Meta is null || kept < 1 || kept > _options.Votes))
        {
            throw new InputException(
                $"meta: expected a scorer of judgements and 1 to {_options.Votes} of them to keep, found {kept}"
                + (_options.Meta is null ? " without a scorer." : "."));
        }

        _writer = new JudgeWriter(model, _options, prompt.Source);
    }

    /// <summary>What the response at a place is called.</summary>
    internal static string NameOf(int place) => (place + 1).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default)
    {
        IReadOnlyList<ConversationMessage>[] asked =
            [.. questions.Select(q => _prompt.Ask(Listed.Of(q, NameOf), _options.Principle, reasons: true))];
        IReadOnlyList<JudgeWriting[]> critiques = _writer.Write(
            [.. asked.Select(a => _model.Encode(a).Ids)], _options.Votes, _options.ReasoningTokens, null, false, cancellation);
        JudgeWriting[][] lines = new JudgeWriting[questions.Count][];
        int[] verdict = _model.Tokenizer.EncodeContinuation($"\n\n{_prompt.Verdict}\n");
        foreach (IGrouping<int, int> same in Enumerable.Range(0, questions.Count).GroupBy(i => questions[i].Responses.Count))
        {
            int[] places = [.. same];
            JudgeWriting[][] own = [.. _writer.WriteEach(
                [.. places.SelectMany(i => critiques[i].Select(c => (int[])[.. c.Context, .. verdict]))], _options.Votes,
                LineTokens + (ScoreTokens * same.Key), FormatOf(same.Key), false, cancellation).Chunk(_options.Votes)];
            for (int i = 0; i < places.Length; i++) lines[places[i]] = own[i];
        }

        return [.. questions.Select((q, i) => Verdict(q.Responses.Count, asked[i], critiques[i], lines[i], cancellation))];
    }

    private TokenFormat FormatOf(int responses) => _formats.TryGetValue(responses, out TokenFormat? known) ? known
        : _formats[responses] = new TokenFormat(BoxedScores.Format(responses), _model.Tokenizer);

    private JudgeVerdict Verdict(
        int responses, IReadOnlyList<ConversationMessage> asked, JudgeWriting[] critiques, JudgeWriting[] lines,
        CancellationToken cancellation)
    {
        string[] texts = [.. critiques.Zip(lines, (c, l) => $"{c.Text}\n\n{_prompt.Verdict}\n{l.Text}")];
        int[]?[] scores = [.. lines.Select(l => BoxedScores.Read(l.Text, responses))];
        int[] read = [.. Enumerable.Range(0, scores.Length).Where(k => scores[k] is not null)];
        if (read.Length == 0)
        {
            return new JudgeVerdict([.. Enumerable.Repeat(double.NaN, responses)])
            {
                Replies = Replies(_ => true),
                Refusal = $"none of the judge's {lines.Length} judgements holds {responses} scores",
            };
        }

        int[][] judgements = [.. read.Select(k => scores[k]!)];
        SpctVoteResult vote = _options.Meta is { } meta
            ? SpctVote.Guided(
                judgements, meta([.. read.Select(k => (asked, texts[k]))], cancellation),
                Math.Min(read.Length, _options.MetaKept ?? Math.Max(1, _options.Votes / 2)))
            : SpctVote.Compute(judgements);
        HashSet<int> counted = [.. vote.Counted.Select(k => read[k])];
        return new JudgeVerdict([.. vote.Sums.Select(s => (double)s)])
        {
            Replies = Replies(counted.Contains),
            Range = (vote.Least, vote.Most),
        };

        JudgeReply[] Replies(Func<int, bool> counts) => [.. critiques.Select((c, k) => new JudgeReply(texts[k], c.IsCut)
        {
            Asked = asked,
            Turn = texts[k],
            Scores = scores[k] is { } own ? [.. own.Select(s => (double)s)] : null,
            Counts = counts(k),
        })];
    }
}
