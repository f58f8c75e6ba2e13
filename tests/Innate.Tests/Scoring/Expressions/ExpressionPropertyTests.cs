using FsCheck;
using FsCheck.Fluent;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.Profiles;

namespace Innate.Tests.Scoring.Expressions;

/// <summary>An expression that is written is read again as the same, and any text is read or refused.</summary>
public class ExpressionPropertyTests
{
    [Fact]
    public void What_is_written_is_read_again() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Nodes(4).ToArbitrary(), node =>
        {
            RewardNode expression = new BinaryNode('+', node, new LeafNode(LeafKind.Tokens));
            string text = ExpressionText.Of(expression);
            RewardNode again = ExpressionParser.Parse(text, "Reward", [], RewardProfile.NoProfile);
            Assert.Equal(expression, again);
            Assert.Equal(text, ExpressionText.Of(again));
        }));

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        Gen<string> pieces = Gen.Elements(
            "endogenous", "entropy", "tokens", "check", "numeric", "format", "z", "gate", "clip", "pmi", "else", "(", ")", ",",
            "=", "+", "-", "*", "/", ":", "\"", "gamma", "pattern", "tags", "run", "0.5", "1e9", ".", " ", "a+b", "command",
            "http", "url", "http://x", "é", "\0", "\ud800").ListOf().Select(parts => string.Concat(parts));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(pieces.ToArbitrary(), text =>
        {
            try
            {
                RewardExpression read = RewardExpression.Parse(text);
                Assert.Equal(read, RewardExpression.Parse(read.ToString()));
            }
            catch (InputException e)
            {
                Assert.NotEmpty(e.Problems);
            }
        }));
    }

    private static readonly Gen<double> Numbers = Gen.Elements(0, 1, 2.5, 0.1, 1e-7, 1e21, 3.0000000000000004, 123456789);

    private static Gen<RewardNode> Nodes(int depth)
    {
        Gen<RewardNode> leaf = Gen.OneOf(
            Numbers.Select(x => (RewardNode)new NumberNode(x)), Numbers.Select(x => (RewardNode)new NumberNode(-x)), Leaves());
        if (depth == 0) return leaf;
        Gen<RewardNode> inner = Nodes(depth - 1);
        return Gen.OneOf(
            leaf,
            from a in inner from b in inner from o in Gen.Elements('+', '-', '*', '/') select (RewardNode)new BinaryNode(o, a, b),

            // A sign before a number is the number's own.
            inner.Where(n => n is not NumberNode { Value: >= 0 } || n is NumberNode { Value: 0 } zero && double.IsNegative(zero.Value))
                .Select(n => (RewardNode)new NegativeNode(n)),
            inner.Select(n => (RewardNode)new NormalizedNode(n)), inner.Select(n => (RewardNode)new ShuffledNode(n)),
            from a in inner from b in inner select (RewardNode)new GateNode(a, b),
            from a in inner from b in inner select (RewardNode)new ElseNode(a, b),
            from a in inner from low in Numbers from more in Numbers select (RewardNode)new ClipNode(a, -low, more),
            Gen.Elements(LeafKind.Entropy, LeafKind.Implicit, LeafKind.EndogenousLogProb)
                .Select(k => (RewardNode)new PmiNode(new LeafNode(k))));
    }

    private static Gen<RewardNode> Leaves()
    {
        Gen<string> texts = Gen.Elements("a", "a, b", "\"", "\"\"", "(x)", " ", "^\\d{1,2}\"$", "=", "é");
        return Gen.OneOf(
            Gen.Elements(Enum.GetValues<LeafKind>().Where(k => k is not (LeafKind.Function or LeafKind.Check or LeafKind.Format
                or LeafKind.Command or LeafKind.Http or LeafKind.RewardModel)).ToArray()).Select(k => (RewardNode)new LeafNode(k)),
            from gamma in Gen.Elements<double?>(null, 0.95, 1) from first in Gen.Elements<int?>(null, 7)
            select (RewardNode)new LeafNode(LeafKind.Endogenous)
            {
                Options = new LeafOptions { Gamma = gamma, First = first, RecommendedGamma = gamma is null },
            },
            from run in texts from timeout in Gen.Elements<double?>(null, 2.5)
            select (RewardNode)new LeafNode(LeafKind.Command) { Options = new LeafOptions { Run = run, Timeout = timeout } },
            from model in texts from steps in Gen.Elements<StepRule?>(null, StepRule.GeometricMean)
            select (RewardNode)new LeafNode(LeafKind.RewardModel) { Options = new LeafOptions { Model = model, Steps = steps } },
            texts.Where(t => t is not "(x" and not "\\").Select(t => (RewardNode)new LeafNode(LeafKind.Format)
            {
                Options = new LeafOptions { Pattern = t },
            }),
            from words in Gen.Elements<int?>(null, 0, 20) from tags in Gen.Elements(null, "a+b") from pattern in texts
            select (RewardNode)new LeafNode(LeafKind.Check)
            {
                Rules = new CheckRules { Numeric = true, OneLine = words is null, MaxWords = words, Tags = tags, Pattern = pattern },
            });
    }
}
