using System.Globalization;
using Innate.Text;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// The arithmetic world: questions and demonstrations, each a function of the seed and its index alone.
/// </summary>
/// <remarks>
/// Of the demonstrations 18% are judging turns, a third of each kind. The rest are answers, a fifth of each family: half
/// without a system message, 10% with one that asks for no style, 40% with one that asks for a style and gets it; styles are
/// drawn evenly. 15% of the answers hold a slip (<see cref="Expert"/>), 15% of the verdicts are wrong.
/// </remarks>
/// <param name="seed">Decides everything.</param>
internal sealed class ArithmeticGenerator(ulong seed)
{
    /// <summary>The share of judging turns among the demonstrations.</summary>
    public const double JudgingShare = 0.18;

    private const double NeutralShare = 0.1;
    private const double AskingShare = 0.4;

    // Streams of random numbers: what is drawn for one purpose moves nothing else.
    private const int QuestionStream = 1;
    private const int AnswerStream = 2;
    private const int PromptStream = 3;

    // One for each round of an instruction's flywheel, and so none may follow it.
    private const int ConstraintStream = 1000;

    /// <summary>The share of answers that hold a slip.</summary>
    public double SlipShare { get; init; } = Expert.SlipShare;

    /// <summary>Whether every slip is the same one: the answer is one too high.</summary>
    public bool SlipsAlike { get; init; }

    /// <summary>The question at an index, from 0.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="heldOut">From the questions that are kept for measuring, or from the others.</param>
    public ArithmeticQuestion Question(int index, bool heldOut) =>
        QuestionMaker.Make(new ExampleRandom(seed, QuestionStream, index), heldOut);

    /// <summary>What decides the constraints that a round puts on the question at an index.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="round">From 1.</param>
    public ExampleRandom Constraints(int index, int round) => new(seed, ConstraintStream + round, index);

    /// <summary>The same question in other words, where its shape has others.</summary>
    public ArithmeticQuestion Rephrased(int index, bool heldOut) =>
        QuestionMaker.Make(new ExampleRandom(seed, QuestionStream, index), heldOut, otherWords: true);

    /// <summary>
    /// What an expert answers to the question at an index: in a style, rightly or, as often as experts do, with a
    /// slip.
    /// </summary>
    public string ExpertAnswer(int index, bool heldOut)
    {
        ArithmeticQuestion question = Question(index, heldOut);
        ExampleRandom random = new(seed, AnswerStream, index);
        AnswerStyle style = (AnswerStyle)random.Between(0, 2);
        int wording = random.Between(0, Expert.Wordings(style) - 1);
        Slip? slip = random.Chance(SlipShare) ? SlipOf(question, random) : null;
        return Expert.Answer(question, style, slip, wording);
    }

    /// <summary>A system message that asks for a style, and the question at an index.</summary>
    public IReadOnlyList<ConversationMessage> Ask(int index, bool heldOut, AnswerStyle style) =>
    [
        new("system", new ExampleRandom(seed, PromptStream, index).Pick(SystemPrompts.Asking(style))),
        new("user", Question(index, heldOut).Text),
    ];

    /// <summary>The demonstration at an index, from 0.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="heldOut">Made of held-out questions: not for training.</param>
    public Demonstration Demonstration(int index, bool heldOut = false)
    {
        ArithmeticQuestion question = Question(index, heldOut);
        ExampleRandom random = new(seed, AnswerStream, index);
        return random.Chance(JudgingShare) ? Judge(question, random) : Answer(question, random);
    }

    private Slip SlipOf(ArithmeticQuestion question, ExampleRandom random) =>
        SlipsAlike ? Expert.OneTooHigh(question) : Expert.DrawSlip(question, random);

    private static Demonstration Judge(ArithmeticQuestion question, ExampleRandom random)
    {
        JudgingTurn turn = JudgingTurns.Draw(question, random);
        string? system = random.Chance(NeutralShare) ? random.Pick(SystemPrompts.Neutral) : null;
        return new Demonstration(
            Converse(system, turn.Prompt, turn.Given), question, turn.Kind, null, null, null, turn.Verdict,
            turn.Given != turn.Verdict);
    }

    private Demonstration Answer(ArithmeticQuestion question, ExampleRandom random)
    {
        AnswerStyle style = (AnswerStyle)random.Between(0, 2);
        int wording = random.Between(0, Expert.Wordings(style) - 1);
        double kind = random.Uniform();
        AnswerStyle? asked = kind < AskingShare ? style : null;
        string? system = kind < AskingShare ? random.Pick(SystemPrompts.Asking(style))
            : kind < AskingShare + NeutralShare ? random.Pick(SystemPrompts.Neutral)
            : null;
        Slip? slip = random.Chance(SlipShare) ? SlipOf(question, random) : null;
        string answer = Expert.Answer(question, style, slip, wording);
        return new Demonstration(
            Converse(system, question.Text, answer), question, null, style, asked, slip?.Kind,
            question.Answer.ToString(CultureInfo.InvariantCulture), slip is not null);
    }

    private static ConversationMessage[] Converse(string? system, string user, string assistant)
    {
        ConversationMessage[] turns = [new("user", user), new("assistant", assistant)];
        return system is null ? turns : [new("system", system), .. turns];
    }
}
