using System.Numerics;
using System.Text;

namespace Innate.Scoring.Grading;

/// <summary>
/// Numbers written in Chinese characters: 三百二十五, 两千零六, 百分之五, 三分之二, 三又二分之一, 负三点五, 二〇二四; also digits before a
/// character: 3万, 1.5亿.
/// </summary>
internal static class ChineseNumeral
{
    // Longer ones are no answers.
    private const int MaxLength = 60;
    private const string Digits = "零一二三四五六七八九";
    private const string Tens = "十百千";
    private const string Myriads = "万亿";

    /// <summary>Where the characters of a numeral end.</summary>
    public static int End(string text, int start)
    {
        int at = start;
        while (at < text.Length && IsPart(text, at)) at++;
        return at;
    }

    /// <summary>Whether a numeral may begin with the character.</summary>
    public static bool Begins(char c) => c is '负' or '負' or '百' || Plain(c) is '十'
        || Digits.Contains(Plain(c), StringComparison.Ordinal);

    /// <summary>Its value; null where the characters are no numeral.</summary>
    public static ExactNumber? Read(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength) return null;
        StringBuilder plain = new();
        foreach (char c in text) plain.Append(Plain(c));
        string s = plain.ToString();
        bool isNegative = s[0] == '负';
        ExactNumber? value = Unsigned(isNegative ? s[1..] : s);
        return isNegative && value is ExactNumber n ? -n : value;
    }

    /// <summary>What 万, 亿 and their like after digits multiply by, and how many characters they are; else 1 and 0.</summary>
    public static (BigInteger Factor, int Length) Multiplier(string text, int at)
    {
        BigInteger factor = 1;
        int length = 0;
        while (at + length < text.Length && length < 4)
        {
            int zeros = Plain(text[at + length]) switch { '百' => 2, '千' => 3, '万' => 4, '亿' => 8, _ => 0 };
            if (zeros == 0) break;
            factor *= BigInteger.Pow(10, zeros);
            length++;
        }

        return (factor, length);
    }

    private static ExactNumber? Unsigned(string s)
    {
        int over = s.IndexOf("分之", StringComparison.Ordinal);
        if (over < 0) return Decimal(s);
        string before = s[..over];
        int and = before.IndexOf('又', StringComparison.Ordinal);
        ExactNumber? whole = and < 0 ? ExactNumber.Zero : Decimal(before[..and]);
        string below = before[(and + 1)..];
        ExactNumber? bottom = below == "百" ? new ExactNumber(100, 1) : below == "千" ? new ExactNumber(1000, 1) : Decimal(below);
        if (whole is not ExactNumber w || bottom is not { IsZero: false } b
            || Decimal(s[(over + 2)..]) is not ExactNumber top) return null;
        return w + (top * b.Inverse());
    }

    private static ExactNumber? Decimal(string s)
    {
        int point = s.IndexOf('点', StringComparison.Ordinal);
        if (point < 0) return Whole(s) is BigInteger n ? new ExactNumber(n, 1) : null;
        if (Whole(s[..point]) is not BigInteger ones || InDigits(s[(point + 1)..]) is not BigInteger rest) return null;
        BigInteger scale = BigInteger.Pow(10, s.Length - point - 1);
        return ExactNumber.Of((ones * scale) + rest, scale);
    }

    // 二〇二四: one character a digit.
    private static BigInteger? InDigits(string s)
    {
        if (s.Length == 0) return null;
        BigInteger value = 0;
        foreach (char c in s)
        {
            int digit = Digits.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0) return null;
            value = (value * 10) + digit;
        }

        return value;
    }

    // Units fall from left to right within each group of four digits: 三万五千零二十. A last digit without 零 before it stands
    // one place below the unit before it: 一百五 is 150.
    private static BigInteger? Whole(string s)
    {
        if (InDigits(s) is BigInteger plain) return s.Length > 1 && s[0] == '零' ? null : plain;
        BigInteger total = 0, group = 0;
        int digit = -1, lastUnit = int.MaxValue, lastMyriad = int.MaxValue, below = 0;
        bool isZeroBefore = false;
        for (int i = 0; i < s.Length; i++)
        {
            char c = s[i];
            int d = Digits.IndexOf(c, StringComparison.Ordinal), ten = Tens.IndexOf(c, StringComparison.Ordinal) + 1;
            int myriad = Myriads.IndexOf(c, StringComparison.Ordinal);
            if (d == 0)
            {
                if (digit >= 0 || i == 0 || i == s.Length - 1 || isZeroBefore) return null;
                isZeroBefore = true;
            }
            else if (d > 0)
            {
                if (digit >= 0) return null;
                digit = d;
            }
            else if (ten > 0)
            {
                if (ten >= lastUnit || (digit < 0 && !(ten == 1 && (i == 0 || isZeroBefore || IsMyriad(s[i - 1]))))) return null;
                group += (digit < 0 ? 1 : digit) * BigInteger.Pow(10, ten);
                (digit, lastUnit, below, isZeroBefore) = (-1, ten, ten - 1, false);
            }
            else if (myriad >= 0)
            {
                int zeros = myriad == 0 ? 4 : 8;
                if (digit >= 0) group += digit;
                if (group.IsZero || zeros >= lastMyriad) return null;
                total += group * BigInteger.Pow(10, zeros);
                (group, digit, lastUnit, lastMyriad, below, isZeroBefore) = (0, -1, int.MaxValue, zeros, zeros - 1, false);
            }
            else
            {
                return null;
            }
        }

        if (digit >= 0) group += digit * BigInteger.Pow(10, isZeroBefore ? 0 : below);
        return s.Length == 0 || (digit < 0 && isZeroBefore) ? null : total + group;
    }

    private static bool IsMyriad(char c) => Myriads.Contains(c, StringComparison.Ordinal);

    private static bool IsPart(string text, int at)
    {
        char c = Plain(text[at]);
        if (c is '分') return at + 1 < text.Length && text[at + 1] == '之';
        if (c is '之') return at > 0 && text[at - 1] == '分';
        if (c is '点') return at > 0 && at + 1 < text.Length && Digits.Contains(Plain(text[at + 1]), StringComparison.Ordinal);
        return c is '负' or '又' || (Digits + Tens + Myriads).Contains(c, StringComparison.Ordinal);
    }

    private static char Plain(char c) => c switch
    {
        '〇' or '○' => '零',
        '两' or '兩' or '贰' or '貳' => '二',
        '壹' => '一',
        '叁' or '參' => '三',
        '肆' => '四',
        '伍' => '五',
        '陆' or '陸' => '六',
        '柒' => '七',
        '捌' => '八',
        '玖' => '九',
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        '萬' => '万',
        '億' => '亿',
        '負' => '负',
        '點' => '点',
        _ => c,
    };
}
