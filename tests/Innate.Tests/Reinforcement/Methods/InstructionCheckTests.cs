using Innate.Judges;
using Innate.Models;
using Innate.Recipes;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;
using Innate.Text;
using Innate.Traces;
using Innate.Verifiers.Instructions;

namespace Innate.Tests.Reinforcement.Methods;

/// <summary>IFDecorator's reward on responses that keep the letter, the intent, both or none.</summary>
public sealed class InstructionCheckTests : IDisposable
{
    private const string Honest = "So, well, now, the answer is 11.", Wrong = "So, well, now, the answer is 12.", Cheat = ",,,";

    private static readonly InstructionRule[] Rules = [new TextCount(",", new CountBound(3, 3))];

    private readonly TinyScene _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void The_rule_alone_pays_for_the_letter_and_the_gate_does_not()
    {
        string[] said = [Honest, Wrong, Cheat, "The answer is 11."];
        Assert.Equal([1, 1, 1, 0], Rewards(new Instruction(Rules, [], null, null), said));
        Assert.Equal([1, 0, 0, 0], Rewards(new Instruction(Rules, [], "11", null), said));
    }

    [Fact]
    public void A_response_that_does_not_end_costs_one()
    {
        RolloutScene scene = _tiny.Of(IfDecorator.Recipe.Learns);
        RolloutGroup group = _tiny.Said(scene, 0, Honest);
        Rollout cut = group.Rollouts[0] with
        {
            Response = group.Rollouts[0].Response with { FinishReason = Innate.Generation.FinishReason.Length },
        };
        PolicyPrompt asked = group.Prompt with { Instruction = new Instruction(Rules, [], "11", null) };
        group = group with { Prompt = asked, Rollouts = [cut] };
        Assert.Equal([-1.0], InstructionChecks.Rewards(scene, [group])[0]);
    }

    [Fact]
    public void A_judge_s_yes_is_the_reference_s_and_soft_constraints_come_after_the_intent()
    {
        string[] said = [Honest, Wrong];
        double[] yes = [.. said.Select(t => Yes("What is 3 + 8?", t))];
        Assert.Equal(
            yes.Select(p => p > 0.5 ? 1.0 : 0), Rewards(new Instruction(Rules, [], null, "What is 3 + 8?"), said));
        double[] kept = [.. said.Select(t => Yes("Be brief.\nIs it one line?", t))];
        Assert.Equal(
            [kept[0] > 0.5 ? 1 : 0, 0],
            Rewards(new Instruction(Rules, [new SoftConstraint("Be brief.", "Is it one line?")], "11", null), said));
    }

    [Fact]
    public void A_judge_that_cannot_hold_the_question_says_no()
    {
        using TinyScene small = new(maxPositions: 24);
        RolloutScene scene = small.Of(IfDecorator.Recipe.Learns);
        RolloutGroup group = small.Said(scene, 0, Honest);
        group = group with { Prompt = group.Prompt with { Instruction = new Instruction(Rules, [], null, "What is 3 + 8?") } };
        Assert.Equal([0.0], InstructionChecks.Rewards(scene, [group])[0]);
    }

    private double[] Rewards(Instruction instruction, params string[] said)
    {
        RolloutScene scene = _tiny.Of(IfDecorator.Recipe.Learns);
        RolloutGroup group = _tiny.Said(scene, 0, said);
        return InstructionChecks.Rewards(scene, [group with { Prompt = group.Prompt with { Instruction = instruction } }])[0];
    }

    private double Yes(string question, string response) => new GenerativeVerifier(
        new JudgeModel(new Source(_tiny.Models.Reference!), _tiny.Tokenizer, _tiny.Models.Format()),
        JudgePrompt.Parse(JudgePrompt.ShippedText(JudgeKind.Verifier, "instruction"), JudgeKind.Verifier, "test"))
        .Judge([new JudgeQuestion([new ConversationMessage("user", question)], [response])])[0].Scores[0];

    private sealed class Source(FrozenTraces traces) : ITraceSource
    {
        public int VocabularySize => int.MaxValue;

        public int MaxPositions => int.MaxValue;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
            traces(queries, cancellation);
    }
}
