using Innate.Generation;
using Innate.Judges;
using Innate.Models;
using Innate.Rows;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Search;

/// <summary>
/// Scores answers as far as they go, by a reward or a judge. What has not ended is read without an end, save by a trained reward
/// model's head and by a judge, which know whole turns alone. The policy's own rewards read the ids that it sampled; another
/// model reads their text in tokens of its own. An answer without a word is worth less than any other.
/// </summary>
internal sealed class PrefixScorer : IDisposable
{
    private readonly ModelSession _policy;
    private readonly ModelSession _rewarder;
    private readonly RowEncoder _encoder;
    private readonly NamedJudge? _judge;
    private readonly ExpressionScorer? _expression;
    private readonly RowScorer? _rows;
    private readonly IReadOnlySet<int> _stopIds;
    private readonly int? _endOfTurn;

    /// <summary>The scorer of some settings.</summary>
    /// <param name="settings">A reward, or a judge.</param>
    /// <param name="policy">Whose answers they are.</param>
    /// <param name="rewarder">The model that scores; may be the policy itself.</param>
    /// <param name="reference">The implicit reward's reference; null: none.</param>
    /// <param name="format">Chat or raw, system prompt.</param>
    /// <exception cref="InputException">The model cannot serve it, or settings that do not go together.</exception>
    public PrefixScorer(
        ScorerSettings settings, ModelSession policy, ModelSession rewarder, ModelSession? reference, ChatFormatOptions format)
    {
        (_policy, _rewarder, _stopIds) = (policy, rewarder, policy.StopIds(format));
        ChatFormatOptions own = settings.RewardFormat(format);
        _encoder = RowEncoder.Of(rewarder, own, rewarder.LimitsWith(reference));
        if (settings.Judge is { } judge)
        {
            _judge = MetaScores.Judge(judge, rewarder, format);
            return;
        }

        _endOfTurn = rewarder.Format(own).EndOfTurnId;
        if (settings.Expression is { } said)
        {
            _expression = new ExpressionScorer(said, ExpressionModel.Of(said, rewarder, reference, own));
            _rows = new RowScorer(_expression.Score);
        }
        else
        {
            _rows = RowScorer.Of(rewarder, reference, settings.Reward, settings.Options);
        }
    }

    private bool ReadsIds => ReferenceEquals(_policy, _rewarder) && !_rewarder.IsClassifier;

    /// <summary>The scores of some answers to one prompt.</summary>
    /// <param name="row">The prompt.</param>
    /// <param name="prompt">Its ids, as the policy reads it.</param>
    /// <param name="answers">The answers' ids, and whether each has ended.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="InputException">A prefix that the model does not take, or that has no finite score.</exception>
    public double[] Score(
        Row row, int[] prompt, IReadOnlyList<(int[] Ids, bool IsFinished)> answers, CancellationToken cancellation)
    {
        string[] texts = [.. answers.Select(a => TextOf(prompt, a.Ids))];
        int[] said = [.. Enumerable.Range(0, texts.Length).Where(i => texts[i].Length > 0)];
        double[] scores = new double[texts.Length];
        Array.Fill(scores, double.NegativeInfinity);
        if (said.Length == 0) return scores;
        string[] words = [.. said.Select(i => texts[i])];
        double[] own = _judge is null
            ? Rewards(row, prompt, words, [.. said.Select(i => answers[i])], cancellation)
            : Asked(row, words, cancellation);
        for (int i = 0; i < said.Length; i++) scores[said[i]] = own[i];
        return scores;
    }

    /// <summary>What an answer says, without the id that ended it.</summary>
    public string TextOf(int[] prompt, int[] ids) => GeneratedText.OfIds(
        _policy.Tokenizer, prompt, ids.Length > 0 && _stopIds.Contains(ids[^1]) ? ids[..^1] : ids);

    /// <inheritdoc/>
    public void Dispose() => _expression?.Dispose();

    private double[] Asked(Row row, string[] texts, CancellationToken cancellation)
    {
        (JudgeVerdict? verdict, string? error) =
            _judge!.Ask([new JudgeQuestion(row.Prompt.Conversation, texts)], cancellation)[0];
        return verdict?.Scores ?? throw new InputException(error!);
    }

    private double[] Rewards(
        Row row, int[] prompt, string[] texts, IReadOnlyList<(int[] Ids, bool IsFinished)> answers,
        CancellationToken cancellation)
    {
        Row own = row with { Responses = [.. texts.Select(t => new RowResponse(t, null))], Shape = ResponseShape.Many };
        EncodedRow encoded = ReadsIds
            ? new EncodedRow(new TraceQuery(prompt, [.. answers.Select(a => a.Ids)]))
            : Opened(_encoder.EncodeRow(own), answers);
        _rewarder.Limits.Require(encoded.Query);
        (ScoredResponse[]? scored, string? error) =
            _rows!.Score([new PreparedRow(row.Line, 0) { Row = own, Encoded = encoded }], cancellation)[0];
        return scored is null ? throw new InputException(error!)
            : RowRewards.NotFinite(scored, withTrace: false) is { } fault ? throw new InputException(fault)
            : [.. scored.Select(s => s.Reward.Value)];
    }

    // What has not ended loses the end that its encoding as a whole response gave it.
    private EncodedRow Opened(EncodedRow row, IReadOnlyList<(int[] Ids, bool IsFinished)> answers) =>
        _rewarder.IsClassifier || _endOfTurn is not { } end
            ? row
            : new EncodedRow(row.Query with
            {
                Responses = [.. row.Query.Responses.Select((ids, i) =>
                    !answers[i].IsFinished && ids.Length > 1 && ids[^1] == end ? ids[..^1] : ids)],
            });
}
