using Innate.Judges;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement;
using Innate.Scoring.Expressions;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Aligning;

/// <summary>The one measure by which a run is judged.</summary>
/// <param name="Kind">Which; never <see cref="AlignMeasure.Auto"/>.</param>
/// <param name="Name">What it says of an answer, in words.</param>
/// <param name="Measure">Measures; null: there is none.</param>
internal sealed record AlignPrimary(AlignMeasure Kind, string Name, AnswerMeasure? Measure) : IDisposable
{
    private ModelSession? _judge;

    /// <summary>Whether prompts must have gold answers.</summary>
    public bool NeedsAnswers { get; private init; }

    /// <summary>Whether an answer is right or wrong, and nothing between.</summary>
    public bool IsRightOrWrong => Kind is AlignMeasure.Gold or AlignMeasure.Check;

    /// <summary>Which measure it will be; no model is needed.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="haveAnswers">Whether every prompt has a gold answer.</param>
    /// <exception cref="InputException">What the measure needs is not there.</exception>
    public static AlignMeasure KindOf(AlignSettings settings, bool haveAnswers) => settings.Measure switch
    {
        AlignMeasure.Auto => haveAnswers ? AlignMeasure.Gold
            : settings.JudgeModel is not null ? AlignMeasure.Judge : AlignMeasure.None,
        AlignMeasure.Gold when !haveAnswers => throw new InputException(
            nameof(settings.Measure), "another, or an \"answer\" in every row of {Prompts}", "gold"),
        AlignMeasure.Judge when settings.JudgeModel is null => throw new InputException(
            nameof(settings.JudgeModel), "a model that judges, beside {Measure} judge", "none"),
        AlignMeasure.Check => Checkable(settings.Check, haveAnswers),
        AlignMeasure given => given,
    };

    /// <summary>The measure, its model loaded where it needs one.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="settings">The judge.</param>
    /// <param name="start">The model that learns, which may not judge itself.</param>
    /// <param name="open">Opens models.</param>
    /// <param name="cancellation">Stops loading.</param>
    public static AlignPrimary Of(
        AlignMeasure kind, AlignSettings settings, ModelSession start,
        Func<ModelSource, CancellationToken, ModelSession> open, CancellationToken cancellation)
    {
        switch (kind)
        {
            case AlignMeasure.Gold:
                return new AlignPrimary(kind, "right answers", AnswerMeasures.Gold) { NeedsAnswers = true };
            case AlignMeasure.Check:
                RewardExpression check = settings.Check!;
                return new AlignPrimary(kind, $"answers that pass {check}", Checked(check, start))
                {
                    NeedsAnswers = check.Needs.Gold is not null,
                };
            case AlignMeasure.Judge:
                ModelSession session = open(settings.JudgeModel!, cancellation);
                if (session.Fingerprint().Id == start.Fingerprint().Id)
                {
                    session.Dispose();
                    throw new InputException(
                        nameof(settings.JudgeModel), "another model than the one that learns, for none is its own judge",
                        session.Name);
                }

                NamedJudge judge = MetaScores.Judge(settings.Judge, session, new ChatFormatOptions());
                return new AlignPrimary(kind, $"the verdict of {session.Name} ({judge.Name})", Ask(judge)) { _judge = session };
            default:
                return new AlignPrimary(AlignMeasure.None, "", null);
        }
    }

    // A measure that looks with a model might look with the one that learns.
    private static AlignMeasure Checkable(RewardExpression? check, bool haveAnswers)
    {
        const string field = nameof(AlignSettings.Measure);
        if (check is null) throw new InputException(field, "an expression in Check", "none");
        ExpressionNeeds needs = check.Needs;
        if (needs.Passes.Count > 0 || needs.Classifier is not null || needs.External.Count > 0 || needs.Group is not null)
        {
            throw new InputException(field, "an expression that needs no model, nobody outside and no group", $"{check}");
        }

        return needs.Gold is null || haveAnswers
            ? AlignMeasure.Check
            : throw new InputException(field, "another, or an \"answer\" in every row of {Prompts}", $"{check}");
    }

    private static AnswerMeasure Checked(RewardExpression check, ModelSession session) => (answers, cancellation) =>
    [
        .. answers.Select(a =>
        {
            cancellation.ThrowIfCancellationRequested();
            LeafGroup one = new()
            {
                Texts = [a.Text], TokenIds = [session.Tokenizer.Encode(a.Text)], Gold = a.Prompt.Answer,
                Key = RandomBits.Hash(a.Text), Traces = _ => [],
            };
            double? value = check.Compute(one).Value.Of(check.Node)[0];
            return value is null or (>= 0 and <= 1)
                ? value ?? double.NaN
                : throw new InputException(
                    nameof(AlignSettings.Measure), "an expression from 0 to 1", $"{check}, which is {value} of an answer");
        }),
    ];

    public void Dispose() => _judge?.Dispose();

    // A question that the judge cannot hold has no verdict, which is not a 0.
    private static AnswerMeasure Ask(NamedJudge judge) => (answers, cancellation) =>
    [
        .. judge.Ask([.. answers.Select(a => new JudgeQuestion(Conversation(a.Prompt), [a.Text]))], cancellation)
            .Select(v => v.Verdict?.Scores[0] ?? double.NaN),
    ];

    private static IReadOnlyList<ConversationMessage> Conversation(PolicyPrompt prompt) =>
        prompt.Conversation ?? [new ConversationMessage("user", prompt.Text ?? "")];
}
