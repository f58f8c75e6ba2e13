using Innate.Text;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>One conversation of the corpus: a system message or none, the user's, the expert's.</summary>
/// <param name="Messages">The conversation; the last message is the expert's.</param>
/// <param name="Question">The question that is answered, or judged upon.</param>
/// <param name="Judging">What kind of judging turn it is; null where the question is answered.</param>
/// <param name="Style">The answer's style; null for a judging turn.</param>
/// <param name="Asked">The style that the system message asks for; null where it asks for none.</param>
/// <param name="Slip">What the expert got wrong; null: nothing, or a judging turn.</param>
/// <param name="Truth">The right answer, or the right verdict.</param>
/// <param name="IsWrong">Whether the expert errs: a slip, or a wrong verdict.</param>
internal sealed record Demonstration(
    IReadOnlyList<ConversationMessage> Messages,
    ArithmeticQuestion Question,
    JudgingKind? Judging,
    AnswerStyle? Style,
    AnswerStyle? Asked,
    SlipKind? Slip,
    string Truth,
    bool IsWrong)
{
    /// <summary>The family's name, or that of the judging turn.</summary>
    public string Family => Judging is { } kind ? ArithmeticNames.Of(kind) : ArithmeticNames.Of(Question.Family);
}
