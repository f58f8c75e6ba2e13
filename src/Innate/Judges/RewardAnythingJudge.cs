using System.Globalization;
using Innate.Generation.Formats;
using Innate.Text;

namespace Innate.Judges;

/// <summary>
/// RewardAnything (arXiv 2506.03637; the reply's parts confirmed by the authors' package): given a principle in words and all
/// responses under masked names, the judge writes its thoughts, a score from 1 to 5 for each and all names from best to worst.
/// The score is the mean over votes (several are ours). The words of the prompt are ours.
/// </summary>
/// <remarks>
/// Where formats are kept the whole reply is one of <see cref="PrincipleReply.Format"/>. Else it is free; a reply without a score
/// for each response is left out and counted.
/// </remarks>
internal sealed class RewardAnythingJudge : IJudge
{
    private readonly JudgeModel _model;
    private readonly JudgePrompt _prompt;
    private readonly JudgeOptions _options;
    private readonly JudgeWriter _writer;
    private readonly Dictionary<int, TokenFormat> _formats = [];

    /// <summary>A judge.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How.</param>
    /// <param name="options">The principle; replies are its votes.</param>
    /// <exception cref="InputException">No principle, or options that do not go together.</exception>
    public RewardAnythingJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
    {
        (_model, _prompt, _options) = (model, prompt, JudgeOptions.ForWriting(options, prompt, "thoughts and a ranking"));
        if (string.IsNullOrWhiteSpace(_options.Principle))
        {
            throw new InputException("Principle", "what to judge by, in words: rewardanything judges by nothing else", "none");
        }

        _writer = new JudgeWriter(model, _options, prompt.Source);
    }

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default)
    {
        JudgeWriting[][] replies = new JudgeWriting[questions.Count][];
        IReadOnlyList<ConversationMessage>[] asked =
            [.. questions.Select(q => _prompt.Ask(Shown(q), _options.Principle, reasons: true))];
        foreach (IGrouping<int, int> same in Enumerable.Range(0, questions.Count).GroupBy(i => questions[i].Responses.Count))
        {
            int[] places = [.. same];
            IReadOnlyList<JudgeWriting[]> written = _writer.Write(
                [.. places.Select(i => _model.Encode(asked[i]).Ids)], _options.Votes, _options.ReasoningTokens,
                FormatOf(same.Key), false, cancellation);
            for (int i = 0; i < places.Length; i++) replies[places[i]] = written[i];
        }

        return [.. questions.Select((q, i) => Verdict(asked[i], MaskedNames.Of(q.Responses.Count), replies[i]))];
    }

    /// <summary>The responses as the judge is shown them: by number, which is no order of theirs.</summary>
    internal static JudgedText Shown(JudgeQuestion question)
    {
        string[] names = MaskedNames.Of(question.Responses.Count);
        JudgedText listed = Listed.Of(question, i => names[i]);
        return listed with { All = [.. listed.All.OrderBy(r => r.Name, StringComparer.Create(
            CultureInfo.InvariantCulture, CompareOptions.NumericOrdering))] };
    }

    private TokenFormat FormatOf(int responses) => _formats.TryGetValue(responses, out TokenFormat? known) ? known
        : _formats[responses] = new TokenFormat(PrincipleReply.Format(MaskedNames.Of(responses)), _model.Tokenizer);

    private static JudgeVerdict Verdict(IReadOnlyList<ConversationMessage> asked, string[] names, JudgeWriting[] written)
    {
        JudgeReply[] replies = [.. written.Select(w =>
        {
            PrincipleReply reply = PrincipleReply.Read(w.Text, names);
            return new JudgeReply(w.Text, w.IsCut)
            {
                Asked = asked,
                Turn = w.Text,
                Scores = reply.Coverage == 1 ? [.. names.Select(n => reply.Scores![n])] : null,
                Ranking = reply.Ranking is { } ranking ? [.. ranking.Select(n => Array.IndexOf(names, n))] : null,
            };
        })];
        double[][] read = [.. replies.Select(r => r.Scores).OfType<double[]>()];
        return new JudgeVerdict([.. names.Select((_, i) => read.Length == 0 ? double.NaN : read.Average(s => s[i]))])
        {
            Replies = replies,
            Range = (PrincipleReply.LowestScore, PrincipleReply.HighestScore),
            Refusal = read.Length > 0 ? null
                : $"none of the judge's {replies.Length} replies holds a score for each of {names.Length} responses",
        };
    }
}
