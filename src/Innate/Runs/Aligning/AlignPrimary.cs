using Innate.Judges;
using Innate.Reinforcement;
using Innate.Reinforcement.Rollouts;
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
    public bool NeedsAnswers => Kind == AlignMeasure.Gold;

    /// <summary>Whether an answer is right or wrong, and nothing between.</summary>
    public bool IsRightOrWrong => Kind == AlignMeasure.Gold;

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
                return new AlignPrimary(kind, "right answers", AnswerMeasures.Gold);
            case AlignMeasure.Judge:
                ModelSession session = open(settings.JudgeModel!, cancellation);
                if (session.Fingerprint().Id == start.Fingerprint().Id)
                {
                    session.Dispose();
                    throw new InputException(
                        nameof(settings.JudgeModel), "another model than the one that learns, for none is its own judge",
                        session.Name);
                }

                NamedJudge judge = NamedJudge.Of(settings.Judge, session, new ChatFormatOptions());
                return new AlignPrimary(kind, $"the verdict of {session.Name} ({judge.Name})", Ask(judge)) { _judge = session };
            default:
                return new AlignPrimary(AlignMeasure.None, "", null);
        }
    }

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
