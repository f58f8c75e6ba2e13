using Innate.Scoring.Profiles;
using Innate.Tests.Support;

namespace Innate.Tests.Scoring.Profiles;

/// <summary>A profile's file says what it means, or is refused in one sentence with its field.</summary>
public sealed class ProfileReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_may_hold_comments_and_commas_and_its_pairs_may_lie_beside_it()
    {
        File.WriteAllText(_folder["pairs.jsonl"], """{"prompt":"a","chosen":"b","rejected":"c","id":1}""" + "\n");
        RewardProfile profile = Read("""
            {
              // a comment
              "prefers": "Be brief.", /* another */
              "reward": "endogenous + endogenous(gamma=0.5) - 0.1*tokens",
              "gamma": 0.9, "normalize": true, "paraphrases": ["Keep it short.",],
              "pairs": "pairs.jsonl",
            }
            """);
        Assert.Equal("mine", profile.Name);
        Assert.Equal(new ProfilePair("a", "b", "c"), Assert.Single(profile.Pairs));
        Assert.Equal("Keep it short.", Assert.Single(profile.Paraphrases));

        // The discount is that of the rewards that say none.
        Assert.Equal(
            "profile(\"Be brief.: z(endogenous(gamma=0.9) + endogenous(gamma=0.5) - 0.1*tokens)\")", profile.Expression.Formula);
        Assert.Equal("profile(mine)", profile.Expression.ToString());
    }

    [Theory]
    [InlineData("""{"prefres": "x"}""", "found \"prefres\" (did you mean prefers?)")]
    [InlineData("""{"prefers": "x", "gama": 1}""", "found \"gama\" (did you mean gamma?)")]
    [InlineData("""{"prefers": "x", "pairs": [{"prompt": "a", "choosen": "b", "rejected": "c"}]}""",
        "\"pairs[0]\": expected the fields prompt, chosen, rejected, found \"choosen\" (did you mean chosen?)")]
    [InlineData("""{"prefers": "x", "pairs": [{"prompt": "a", "chosen": "b"}]}""",
        "\"pairs[0].rejected\": expected a text that is not empty, found none")]
    [InlineData("""{"prefers": 3}""", "\"prefers\": expected what the reward prefers, in words, found the number 3")]
    [InlineData("""{}""", "\"prefers\": expected what the reward prefers, in words, found none")]
    [InlineData("""{"prefers": "x", "gamma": 2}""", "\"gamma\": expected a number from 0 to 1, found the number 2")]
    [InlineData("""{"prefers": "x", "normalize": "yes"}""", "\"normalize\": expected true or false, found 'yes'")]
    [InlineData("""{"prefers": "x", "paraphrases": "y"}""", "\"paraphrases\": expected an array, found 'y'")]
    [InlineData("""{"prefers": "x", "reward": "endogenus"}""", "\"reward\": the expression: at 1: expected a reward's name")]
    [InlineData("""{"prefers": "x", "reward": "tokens"}""", "\"reward\": expected a reward of a model's traces in it")]
    [InlineData("""{"prefers": "x", "reward": "entropy", "gamma": 0.9}""", "\"gamma\": expected none without endogenous")]
    [InlineData("""{"prefers": "x", "reward": "profile(other)"}""", "a profile names no other profile")]
    [InlineData("""{"prefers": "x", "name": "a b"}""", "\"name\": expected letters, digits")]
    [InlineData("""{"prefers": "x", "prefers": "y"}""", "expected JSON")]
    [InlineData("""[]""", "expected a JSON object, found an array")]
    [InlineData("""{"prefers": """, "expected JSON, found a fault at line 1")]
    public void What_is_wrong_is_said_by_its_field(string text, string sentence)
    {
        string message = Assert.Throws<InputException>(() => Read(text)).Message;
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.Contains("mine.json", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("no-such-profile", "profiles")]
    [InlineData("no/such.json", "found no such file")]
    public void A_profile_that_is_not_there_is_said_with_its_file(string place, string sentence) => Assert.Contains(
        sentence, Assert.Throws<InputException>(() => ProfileFinder.Find(place)).Message, StringComparison.Ordinal);

    private RewardProfile Read(string text)
    {
        File.WriteAllText(_folder["mine.json"], text);
        return ProfileReader.Read(_folder["mine.json"]);
    }
}
