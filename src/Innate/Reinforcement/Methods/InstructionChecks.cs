using Innate.Judges;
using Innate.Models;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;
using Innate.Text;
using Innate.Traces;
using Innate.Verifiers.Instructions;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// Rewards responses to instructions as IFDecorator does: rules first, then the intent, then the checklists of soft constraints;
/// a judge is asked only about responses that have passed what is before. The judge is the reference: the policy as it was, which
/// training cannot talk round. It says yes where p(Yes) lies above one half (ours; the paper's judge writes).
/// </summary>
internal static class InstructionChecks
{
    // Of the shipped judges' prompts it is one that nobody chooses by name.
    private const string PromptName = "instruction";

    /// <summary>-1, 0 or 1 for each response: <see cref="IfDecoratorReward"/>.</summary>
    /// <param name="scene">Its reference is asked.</param>
    /// <param name="groups">Of prompts with an instruction.</param>
    public static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        Check[] checks =
            [.. groups.SelectMany(g => g.Rollouts.Select(r => new Check(g.Prompt.Instruction!, r.Text, r.Ended)))];
        Ask(scene, [.. checks.Where(c => c.Instruction.Intent is not null && c.Passes)], c => [c.Instruction.Intent!],
            (c, said) => c.Intent = said[0]);
        Ask(scene, [.. checks.Where(c => c.Instruction.Soft.Count > 0 && c.Passes && c.Intent == true)],
            c => c.Instruction.Soft.Select(s => s.Checklist.Length > 0 ? $"{s.Text}\n{s.Checklist}" : s.Text),
            (c, said) => c.Checklists = said);
        int next = 0;
        return [.. groups.Select(g => g.Rollouts.Select(_ => checks[next++].Reward).ToArray())];
    }

    private static void Ask(
        RolloutScene scene, Check[] checks, Func<Check, IEnumerable<string>> questions, Action<Check, bool?[]> take)
    {
        if (checks.Length == 0) return;
        JudgeModel model = new(new ReferenceSource(scene), scene.Models.Tokenizer, scene.Models.Format());
        GenerativeVerifier verifier = new(model, JudgePrompt.Parse(
            JudgePrompt.ShippedText(JudgeKind.Verifier, PromptName), JudgeKind.Verifier, "IFDecorator's check"));
        foreach (Check check in checks)
        {
            take(check, [.. questions(check).Select(q => Verdict(verifier, q, check.Text, scene.Cancellation))]);
        }
    }

    // What the judge cannot hold has no verdict, and that is a no.
    private static bool? Verdict(GenerativeVerifier verifier, string question, string response, CancellationToken cancellation)
    {
        try
        {
            JudgeVerdict verdict = verifier.Judge(
                [new JudgeQuestion([new ConversationMessage("user", question)], [response])], cancellation)[0];
            return double.IsNaN(verdict.Scores[0]) ? null : verdict.Scores[0] > 0.5;
        }
        catch (InputException)
        {
            return null;
        }
    }

    private sealed class Check(Instruction instruction, string text, bool hasEnded)
    {
        private readonly bool[] _rules = [.. instruction.Rules.Select(r => r.Holds(text))];

        public Instruction Instruction => instruction;

        public string Text => text;

        public bool Passes => hasEnded && _rules.All(r => r);

        public bool? Intent { get; set; } = instruction.Intent is not null ? null
            : instruction.Answer is not { } answer || VerifiableAnswer.Check(text, answer).Reward == 1;

        public bool?[] Checklists { get; set; } = [.. instruction.Soft.Select(_ => (bool?)null)];

        public double Reward => IfDecoratorReward.Compute(hasEnded, _rules, Intent, Checklists);
    }

    // The reference as something that a judge can ask.
    private sealed class ReferenceSource(RolloutScene scene) : ITraceSource
    {
        public int VocabularySize => scene.Models.Tokenizer.VocabularySize;

        public int MaxPositions => scene.Models.MaxPositions;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
            scene.Models.Reference!(queries, cancellation);
    }
}
