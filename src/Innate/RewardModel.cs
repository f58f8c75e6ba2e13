using Innate.Checkpoints;
using Innate.Checkpoints.Hub;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Scoring.Streams;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate;

/// <summary>How a reward model is loaded and which reward it gives.</summary>
public sealed record RewardModelOptions
{
    /// <summary>
    /// Which reward; null: <see cref="RewardKind.Classifier"/> for a trained reward model, <see cref="RewardKind.Process"/>
    /// for one that judges steps, else <see cref="RewardKind.Endogenous"/>.
    /// </summary>
    public RewardKind? Kind { get; init; }

    /// <summary>The reward's parameters.</summary>
    public RewardOptions Reward { get; init; } = new();

    /// <summary>Several rewards in one expression, in the place of <see cref="Kind"/>; null: one reward.</summary>
    public RewardExpression? Expression { get; init; }

    /// <summary>How text becomes token ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Threads, instruction set, adapters.</summary>
    public LanguageModelOptions Model { get; init; } = new();
}

/// <summary>A response in its place.</summary>
/// <param name="Index">Its place among the responses as given, from 0.</param>
/// <param name="Response">Its text.</param>
/// <param name="Reward">Its reward.</param>
public sealed record RankedReward(int Index, string Response, double Reward);

/// <summary>
/// Text in, rewards out: a checkpoint folder's tokenizer, chat template and model behind one call. May be called from many
/// threads; calls on a local model take turns. The same texts give the same bits, whatever else is asked.
/// </summary>
public sealed partial class RewardModel : IDisposable
{
    private readonly ChatFormat _format;
    private readonly RewardOptions _options;
    private readonly ITraceSource _traces;
    private readonly LanguageModel? _classifier;
    private readonly IDisposable? _owned;
    private readonly ExpressionScorer? _expression;

    /// <summary>A reward over what is loaded already, which stays its owner's.</summary>
    /// <param name="traces">The model: a <see cref="LanguageModel"/>, or a remote engine.</param>
    /// <param name="format">How text becomes token ids.</param>
    /// <param name="kind">
    /// Which reward; null: as for <see cref="RewardModelOptions.Kind"/>. Not the implicit one, which needs two models.
    /// </param>
    /// <param name="options">The reward's parameters; null: the defaults.</param>
    /// <exception cref="InputException">A reward that the model does not tell enough for, or parameters out of range.</exception>
    public RewardModel(ITraceSource traces, ChatFormat format, RewardKind? kind = null, RewardOptions? options = null)
        : this(traces, format, kind, options, expression: null, owned: null)
    {
    }

    /// <summary>An expression over what is loaded already, which stays its owner's.</summary>
    /// <param name="traces">The model: a <see cref="LanguageModel"/>, or a remote engine.</param>
    /// <param name="format">How text becomes token ids.</param>
    /// <param name="expression">Several rewards of one model; none that needs a gold answer or a reference.</param>
    /// <exception cref="InputException">A reward that the model does not tell enough for.</exception>
    public RewardModel(ITraceSource traces, ChatFormat format, RewardExpression expression)
        : this(traces, format, null, null, expression, owned: null)
    {
    }

    private RewardModel(
        ITraceSource traces, ChatFormat format, RewardKind? kind, RewardOptions? options, RewardExpression? expression,
        IDisposable? owned)
    {
        HeadKind head = traces is LanguageModel model ? model.Config.Head : HeadKind.Language;
        bool isClassifier = head != HeadKind.Language;
        Kind = kind ?? ScoreHead.Usual(head);
        format = format.Judging(head == HeadKind.Steps ? ((LanguageModel)traces).Config.StepSplit : null);
        (_traces, _format, _options, _owned) = (traces, format, options ?? new RewardOptions(), owned);
        _options.Check();
        if (Kind == RewardKind.Implicit)
        {
            throw new InputException("Reward", "a reward of one model (ImplicitReward compares the traces of two)", "implicit");
        }

        ScoreHead.Require(Kind, head, "the model");
        if (isClassifier) _classifier = (LanguageModel)traces;
        if (expression is not null)
        {
            if (expression.NeedsReference)
            {
                throw new InputException("Expression", "rewards of one model (ImplicitReward compares two)", "implicit");
            }

            ExpressionChecks.Require(expression, hasReference: false, "of a text alone, which has no gold answer");
            _expression = ExpressionScorer.Of(
                expression, traces, null, _classifier is { } judge ? judge.Score : null, () => format);
            return;
        }

        if (!isClassifier) Rewards.Reward.Require(Kind, traces.Parts, "the trace source");
    }

    /// <summary>The reward that it gives.</summary>
    public RewardKind Kind { get; }

    /// <summary>Loads a checkpoint folder: weights, tokenizer and chat template.</summary>
    /// <param name="model">
    /// A Hugging Face folder, <c>innate-tiny</c> (the model inside), or a hub name that is in the cache.
    /// </param>
    /// <param name="options">Which reward, how text becomes ids, how the model runs; null: the defaults.</param>
    /// <exception cref="InputException">
    /// A file that is missing, damaged or not supported; or options that do not fit the model.
    /// </exception>
    public static RewardModel Load(string model, RewardModelOptions? options = null)
    {
        options ??= new RewardModelOptions();
        string folder = ModelFolder.Resolve(model);
        var format = new ChatFormat(Tokenizer.Load(folder), ChatTemplate.Load(folder), options.Format, folder);
        LanguageModel loaded = LanguageModel.Load(folder, options.Model);
        try
        {
            return new RewardModel(loaded, format, options.Kind, options.Reward, options.Expression, owned: loaded);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Loads the small arithmetic model that ships with the library.</summary>
    /// <param name="options">As for <see cref="Load"/>.</param>
    public static RewardModel LoadDefault(RewardModelOptions? options = null) => Load(EmbeddedModel.Name, options);

    /// <summary>The reward of one response.</summary>
    /// <param name="prompt">One user message.</param>
    /// <param name="response">The response's text.</param>
    /// <exception cref="InputException">An empty response, or more tokens than the model's context holds.</exception>
    public double Score(string prompt, string response) => Score(prompt, [response])[0];

    /// <summary>The rewards of responses to one prompt, which is computed once.</summary>
    /// <param name="prompt">One user message.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>One reward a response, in order.</returns>
    /// <exception cref="InputException">An empty response, or more tokens than the model's context holds.</exception>
    public double[] Score(string prompt, IReadOnlyList<string> responses, CancellationToken cancellation = default) =>
        Measured("score", () => QuestionOf(prompt, responses), cancellation);

    /// <summary>The rewards of responses to one conversation.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>One reward a response, in order.</returns>
    /// <exception cref="InputException">As above; or the chat template refuses the messages.</exception>
    public double[] Score(
        IReadOnlyList<ConversationMessage> messages, IReadOnlyList<string> responses, CancellationToken cancellation = default) =>
        Measured("score", () => QuestionOf(messages, responses), cancellation);

    /// <summary>The rewards of responses beside a reference, of a model that was trained to compare with one.</summary>
    /// <param name="prompt">One user message.</param>
    /// <param name="reference">The answer that is compared with.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>One reward a response, in order.</returns>
    /// <exception cref="InputException">
    /// The reward is not <see cref="RewardKind.Polar"/>; or a text is no answer, or too long.
    /// </exception>
    public double[] ScoreAgainst(
        string prompt, string reference, IReadOnlyList<string> responses, CancellationToken cancellation = default)
    {
        if (Kind != RewardKind.Polar)
        {
            throw new InputException("Kind", "polar, which compares with a reference", RewardNames.NameOf(Kind));
        }

        IReadOnlyList<int[]> inputs = PolarRows.Read(
            [new ConversationMessage("user", prompt)], reference, responses, _format.Tokenizer, _traces.MaxPositions);
        return Telemetry.Measure("score", count =>
        {
            TraceQuery query = TraceQuery.OfSequences(inputs);
            (count.Reward, count.Rows, count.Responses) = (RewardName, 1, responses.Count);
            count.TokensRead = query.TokenCount;
            (double[]? values, string? error) = Finite(_classifier!.Score([query], cancellation)[0]);
            return values ?? throw new InputException(error!);
        });
    }

    /// <summary>Responses to one prompt, best first; equals keep the order in which they were given.</summary>
    /// <param name="prompt">One user message.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="InputException">As for <see cref="Score(string, IReadOnlyList{string}, CancellationToken)"/>.</exception>
    public IReadOnlyList<RankedReward> Rank(
        string prompt, IReadOnlyList<string> responses, CancellationToken cancellation = default) =>
        Order(responses, Measured("rank", () => QuestionOf(prompt, responses), cancellation));

    /// <summary>Responses to one conversation, best first; equals keep the order in which they were given.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="InputException">
    /// As for <see cref="Score(IReadOnlyList{ConversationMessage}, IReadOnlyList{string}, CancellationToken)"/>.
    /// </exception>
    public IReadOnlyList<RankedReward> Rank(
        IReadOnlyList<ConversationMessage> messages, IReadOnlyList<string> responses, CancellationToken cancellation = default) =>
        Order(responses, Measured("rank", () => QuestionOf(messages, responses), cancellation));

    /// <summary>Frees the model, where this object loaded it.</summary>
    public void Dispose()
    {
        _expression?.Dispose();
        _owned?.Dispose();
    }

    private static RankedReward[] Order(IReadOnlyList<string> responses, double[] rewards) =>
        [.. rewards.Select((r, i) => new RankedReward(i, responses[i], r)).OrderByDescending(r => r.Reward)];

    private RewardQuestion QuestionOf(string prompt, IReadOnlyList<string> responses) => new(
        TraceQuery.Of(_format, prompt, responses, _classifier is not null), new RowPrompt { Text = prompt }, responses);

    private RewardQuestion QuestionOf(IReadOnlyList<ConversationMessage> messages, IReadOnlyList<string> responses) => new(
        TraceQuery.Of(_format, messages, responses, _classifier is not null), new RowPrompt { Messages = [.. messages] },
        responses);

    private double[] Measured(string operation, Func<RewardQuestion> ask, CancellationToken cancellation) => Telemetry.Measure(
        operation, count =>
        {
            count.Reward = RewardName;
            RewardQuestion question = ask();
            (count.Rows, count.Responses, count.TokensRead) = (1, question.Responses.Count, question.Query.TokenCount);
            (double[]? values, string? error) = Values([question], cancellation)[0];
            return values ?? throw new InputException($"{error!.TrimEnd('.')}.");
        });

    private string RewardName => _expression is null ? RewardNames.NameOf(Kind) : "expression";

    /// <summary>Rewards of questions that are computed together, each the same bits as alone, or why it has none.</summary>
    /// <exception cref="InputException">A question that the model does not take.</exception>
    private (double[]? Values, string? Error)[] Values(
        IReadOnlyList<RewardQuestion> questions, CancellationToken cancellation)
    {
        PolarRows.Refuse(Kind, "without one (ScoreAgainst takes it)");
        if (_expression is not null) return OfExpression(questions, cancellation);
        TraceQuery[] queries = [.. questions.Select(q => q.Query)];
        IEnumerable<double[]> values = _classifier is not null
            ? _classifier.Score(queries, cancellation).Select((s, i) => StepScores.Values(queries[i], s, _options.Steps))
            : _traces.Trace(queries, _options.Alpha, cancellation)
                .Select(traces => traces.Select(t => Rewards.Reward.Compute(Kind, t, _options).Value).ToArray());
        return [.. values.Select(Finite)];
    }

    private (double[]? Values, string? Error)[] OfExpression(
        IReadOnlyList<RewardQuestion> questions, CancellationToken cancellation)
    {
        PreparedRow[] rows = [.. questions.Select((q, i) => new PreparedRow(i + 1, 0)
        {
            Row = new Row(i + 1, default, q.Prompt, [.. q.Responses.Select(r => new RowResponse(r, null))], ResponseShape.Many),
            Encoded = new EncodedRow(q.Query),
        })];
        return [.. _expression!.Score(rows, cancellation)
            .Select(s => s.Scored is { } scored ? Finite([.. scored.Select(r => r.Reward.Value)]) : (null, s.Error))];
    }

    private static (double[]? Values, string? Error) Finite(double[] values)
    {
        int odd = Array.FindIndex(values, v => !double.IsFinite(v));
        return odd < 0 ? (values, null) : (null, $"response {odd}: the reward is {values[odd]}, not a finite number.");
    }
}
