using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.External;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Scoring.Expressions;

/// <summary>
/// Scores rows by an expression: each model reads the responses once for every temperature and prompt that the expression asks
/// for, whoever is outside is asked once a batch, and the rest is counted. What compares a group compares a row's responses.
/// </summary>
public sealed class ExpressionScorer : IDisposable
{
    private readonly RewardExpression _expression;
    private readonly ExpressionModel _model;
    private readonly RowColumns? _columns;
    private readonly LinearForm? _shares;
    private readonly Dictionary<LeafNode, ExternalReward> _outside;
    private readonly Dictionary<string, SystemPrompt> _systems;

    /// <param name="expression">The expression.</param>
    /// <param name="model">The models that it looks with.</param>
    /// <param name="columns">The rows' own names of fields; null: none of their own.</param>
    /// <exception cref="InputException">The environment lacks a key; or there is no empty prompt where one is needed.</exception>
    internal ExpressionScorer(RewardExpression expression, ExpressionModel model, RowColumns? columns = null)
    {
        (_expression, _model, _columns) = (expression, model, columns);
        bool isShared = TokenShares.Unshared(expression.Node) is null && expression.Needs.Passes.Count > 0;
        _shares = isShared ? LinearForm.Of(expression.Node, TokenShares.IsOfTokens) : null;
        _systems = expression.Needs.Systems.ToDictionary(
            s => s, s => new SystemPrompt(model.Format(), s), StringComparer.Ordinal);
        _outside = expression.Needs.External.ToDictionary(l => l, l => ExternalReward.Of(l, expression.Functions));
    }

    /// <summary>The scorer of models that are there already, and stay their owners'.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="traces">The model.</param>
    /// <param name="reference">The reference of <c>implicit</c>; null: none.</param>
    /// <param name="classify">A trained reward model's numbers; null: it is a language model.</param>
    /// <param name="format">How text becomes ids; asked for where the expression reads text.</param>
    /// <exception cref="InputException">What the expression needs and is not there.</exception>
    public static ExpressionScorer Of(
        RewardExpression expression, ITraceSource traces, ITraceSource? reference,
        Func<IReadOnlyList<TraceQuery>, CancellationToken, IReadOnlyList<double[]>>? classify, Func<ChatFormat> format)
    {
        ExpressionChecks.Require(expression, reference is not null, isAlone: false);
        foreach (RewardKind kind in expression.Needs.Rewards)
        {
            HeadKind head = classify is null ? HeadKind.Language : format().JudgesSteps ? HeadKind.Steps : HeadKind.Score;
            ScoreHead.Require(kind, head, "the model");
            if (classify is null) Reward.Require(kind, traces.Parts, "the trace source");
        }

        return new ExpressionScorer(expression, new ExpressionModel
        {
            Traces = traces.Trace,
            References = reference is null ? null : reference.Trace,
            Classify = classify,
            IsClassifier = classify is not null,
            Tokenizer = () => format().Tokenizer,
            EmptyPrompt = new Lazy<int[]>(() => Expressions.EmptyPrompt.Ids(format())),
            Format = format,
            Limits = () => reference is null ? ModelLimits.Of(traces)
                : ModelLimits.Of(traces).Within(ModelLimits.Of(reference)),
        });
    }

    /// <summary>Rewards of each row's responses, or why there are none.</summary>
    /// <param name="rows">Rows with their ids, and where the expression reads text with it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">A row that the model does not take.</exception>
    public IReadOnlyList<RowScores> Score(IReadOnlyList<PreparedRow> rows, CancellationToken cancellation)
    {
        ExpressionNeeds needs = _expression.Needs;
        Dictionary<TracePass, IReadOnlyList<TokenTrace[]>> own = needs.Passes.ToDictionary(
            p => p, p => _model.Traces(Queries(p, rows), p.Alpha, cancellation));
        Dictionary<TracePass, IReadOnlyList<TokenTrace[]>> references = ReferencePasses.ToDictionary(
            p => p, p => _model.References!(Queries(p, rows), p.Alpha, cancellation));
        IReadOnlyList<double[]>? classified = needs.Classifier is null ? null
            : _model.Classify!([.. rows.Select(r => r.Query!)], cancellation);
        return Combine(rows, own, references, classified, cancellation);
    }

    /// <summary>The passes that the reference makes too.</summary>
    internal IReadOnlyList<TracePass> ReferencePasses =>
        [.. _expression.Needs.Leaves.Where(u => u.Leaf.Kind == LeafKind.Implicit).Select(_expression.Needs.PassOf).Distinct()];

    /// <summary>What a pass reads of rows.</summary>
    internal TraceQuery[] Queries(TracePass pass, IReadOnlyList<PreparedRow> rows) =>
        [.. rows.Select(r => pass.View.IsEmpty ? Unprompted(r)
            : pass.View.System is { } system ? Under(system, r)
            : r.Query!)];

    // What follows nothing is of the model as it is: there is nothing to push its logits from.
    private TraceQuery Unprompted(PreparedRow row)
    {
        try
        {
            return row.Query! with { Prompt = row.Query!.NullPrompt ?? _model.EmptyPrompt.Value, Guidance = null };
        }
        catch (InputException)
        {
            return row.Query!;
        }
    }

    // A row whose prompt cannot be written anew is told so where it is combined; until then its own prompt stands in.
    private TraceQuery Under(string system, PreparedRow row)
    {
        try
        {
            return RequireUnder(system, row);
        }
        catch (InputException)
        {
            return row.Query!;
        }
    }

    private TraceQuery RequireUnder(string system, PreparedRow row)
    {
        TraceQuery query = row.Query! with { Prompt = _systems[system].Ids(row.Row?.Prompt) };
        _model.Limits().Require(query);
        return query;
    }

    /// <summary>Rewards from what the models said.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="own">Traces of each pass, one entry a row.</param>
    /// <param name="references">The reference's, of each of its passes.</param>
    /// <param name="classified">A trained reward model's numbers; null: it was not asked.</param>
    /// <param name="cancellation">Stops asking outside.</param>
    internal IReadOnlyList<RowScores> Combine(
        IReadOnlyList<PreparedRow> rows, IReadOnlyDictionary<TracePass, IReadOnlyList<TokenTrace[]>> own,
        IReadOnlyDictionary<TracePass, IReadOnlyList<TokenTrace[]>> references, IReadOnlyList<double[]>? classified,
        CancellationToken cancellation)
    {
        RowScores?[] scores = new RowScores?[rows.Count];
        RowText?[] texts = new RowText?[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            try
            {
                texts[i] = TextOf(rows[i]);
            }
            catch (InputException e)
            {
                scores[i] = new RowScores(null, e.Message.TrimEnd('.'));
            }
        }

        // Rows that cannot be rewarded are not shown to anybody.
        int[] good = [.. Enumerable.Range(0, rows.Count).Where(i => scores[i] is null)];
        Dictionary<LeafNode, IReadOnlyList<RewardReply>> replies = _outside.ToDictionary(
            o => o.Key,
            o => good.Length == 0 ? [] : o.Value.Score([.. good.Select(i => Asked(rows[i], texts[i]!))], cancellation));
        for (int g = 0; g < good.Length; g++)
        {
            int row = good[g];
            RewardReply[] said = [.. replies.Values.Select(r => r[g])];
            scores[row] = said.FirstOrDefault(r => r.Values is null)?.Reason is { } failed ? new RowScores(null, failed)
                : Scores(
                    Group(rows[row], texts[row]!, use => own[_expression.Needs.PassOf(use)][row],
                        use => references[_expression.Needs.PassOf(use)][row], classified?[row],
                        replies.ToDictionary(r => r.Key, r => r.Value[g].Values!)),
                    said, rows[row].Encoded);
        }

        return [.. scores.Select(s => s!)];
    }

    /// <summary>Ends programs that were asked.</summary>
    public void Dispose()
    {
        foreach (ExternalReward outside in _outside.Values) outside.Dispose();
    }

    private RowScores Scores(LeafGroup leaves, RewardReply[] said, EncodedRow? row)
    {
        ExpressionGroup group = _expression.Compute(leaves);
        double?[] values = group.Value.Of(_expression.Node);
        if (Array.IndexOf(values, null) is >= 0 and int absent)
        {
            string reason = said.Select(r => r.Reason).FirstOrDefault(r => r is not null) ?? $"response {absent + 1} has none";
            return new RowScores(null, $"the reward has no value: {reason}");
        }

        double[][]? shares = _shares is null ? null : TokenShares.Of(_shares, leaves, group.Value);
        LeafUse? traced = _expression.Needs.Leaves.FirstOrDefault(u => LeafNames.IsOfTraces(u.Leaf.Kind) && !u.View.IsEmpty);
        return new RowScores(
            [
                .. values.Select((v, i) => RowRewards.Grouped(
                    new ScoredResponse(
                        new RewardResult(v!.Value, shares?[i] ?? []),
                        shares is null || traced is null ? null : leaves.Traces(traced)[i]),
                    row, i, shares?[i] ?? [])),
            ],
            null);
    }

    private static LeafGroup Group(
        PreparedRow row, RowText text, Func<LeafUse, TokenTrace[]> own, Func<LeafUse, TokenTrace[]> references,
        double[]? classified, IReadOnlyDictionary<LeafNode, double?[]> outside) => new()
    {
        Texts = text.Responses,
        TokenIds = text.Ids,
        Gold = text.Gold,
        Key = row.Query!.Responses.Aggregate(RandomBits.Hash(row.Query!.Prompt), (k, r) => RandomBits.Mix(k, RandomBits.Hash(r))),
        Head = classified is null ? null : rule => StepScores.Values(row.Query!, classified, rule),
        Traces = use => RowRewards.Rewarded(own(use), row.Encoded),
        References = use => RowRewards.Rewarded(references(use), row.Encoded),
        External = outside,
    };

    // What is known of a row beside its traces; what an expression does not read is not made.
    private RowText TextOf(PreparedRow row)
    {
        ExpressionNeeds needs = _expression.Needs;
        foreach (string system in _systems.Keys) _ = RequireUnder(system, row);
        if (needs.EmptyPrompt && row.Query!.NullPrompt is null) _ = _model.EmptyPrompt.Value;
        IReadOnlyList<int[]?>? parts = row.Encoded!.Rewarded;
        IReadOnlyList<int[]> ids = row.Query!.Responses;
        if (parts is not null) ids = [.. ids.Select((r, i) => parts[i] is { } places ? Array.ConvertAll(places, h => r[h]) : r)];
        bool countsOwn = _model.IsClassifier && needs.First(l => l.Kind is LeafKind.Tokens or LeafKind.Check) is not null;
        if (needs.Text is null && !countsOwn) return new RowText(null, ids, null);
        string[] texts = [.. row.Query.Responses.Select(
            (r, i) => row.Row?.Responses[i].Text ?? _model.Tokenizer().Decode(r, skipSpecialTokens: true))];
        if (parts is not null && needs.Text is { } whole)
        {
            throw new InputException($"spans: expected none with {whole.Name}, which reads a whole response, found some");
        }

        string? gold = needs.Gold is { } graded
            ? (row.Row is { } r0 ? RowGold.Of(r0, _columns) : null)
                ?? throw new InputException(
                    $"\"answer\": expected the gold answer, which {graded.Name} compares with, found none")
            : row.Row is { } r1 && needs.External.Count > 0 ? RowGold.Of(r1, _columns) : null;

        // What a trained reward model reads of a conversation is not the response's own tokens.
        if (countsOwn) ids = [.. texts.Select(t => _model.Tokenizer().Encode(t))];
        return new RowText(texts, ids, gold);
    }

    private IReadOnlyList<RewardQuery> Asked(PreparedRow row, RowText text)
    {
        Tokenizer tokenizer = _model.Tokenizer();
        string rendered = tokenizer.Decode(row.Query!.Prompt);
        string asked = row.Row?.Prompt is { } prompt ? prompt.Text ?? prompt.Messages?[^1].Content ?? rendered : rendered;
        return
        [
            .. text.Responses!.Select((response, i) => new RewardQuery(
                asked, response, text.Gold, rendered, tokenizer.Decode([.. row.Query.Prompt, .. row.Query.Responses[i]]))
            {
                Conversation = row.Row?.Prompt is { Ids: null } known ? known.Conversation : null,
            }),
        ];
    }

    /// <summary>A row's responses in words, their ids, and the gold answer.</summary>
    private sealed record RowText(IReadOnlyList<string>? Responses, IReadOnlyList<int[]> Ids, string? Gold);
}
