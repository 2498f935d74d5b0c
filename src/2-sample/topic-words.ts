import type { Topic } from '../domain/facets.ts';

/** Topics that words can vote for, in the order that breaks ties: the ones where a missed harm costs most come first. */
export const topicPriority = [
  'emotional_support',
  'health',
  'relationships',
  'companionship',
  'spirituality',
  'finance',
  'coding',
  'creative',
  'learning',
  'work',
  'shopping',
  'research',
] as const satisfies readonly Topic[];

type VotingTopic = (typeof topicPriority)[number];

/**
 * What speaks for each topic: [weight, words and two-word phrases], lower case, without apostrophes.
 * 3 names the topic by itself, 2 is typical of it, 1 leans towards it. A word stands in one list only.
 */
export const topicWords: Readonly<Record<VotingTopic, readonly (readonly [number, string])[]>> = {
  emotional_support: [
    [
      3,
      'suicidal, suicide, panic attack, self harm, hopeless, worthless, kill myself, hurt myself, depressed, breaking down, overwhelmed',
    ],
    [
      2,
      'lonely, anxious, anxiety, sad, crying, cried, cry, grief, grieving, numb, ashamed, scared, afraid, heartbroken, depression, miserable, cant cope, cope, falling apart, feel empty, feel alone, hate myself, burned out, so stressed, feeling down, vent',
    ],
    [
      1,
      'feel, feeling, stressed, upset, tired, hurt, alone, worry, worried, struggling, comfort, guilt, guilty, exhausted, died, passed away, nobody, listen',
    ],
  ],
  health: [
    [
      3,
      'symptoms, symptom, diagnosis, medication, antibiotics, ibuprofen, blood pressure, cholesterol, diabetes, insulin, side effects, dosage, migraine, rash, fever, cancer, pregnancy, pregnant, vaccine, chest pain, sore throat, physical therapy',
    ],
    [
      2,
      'doctor, pain, headache, headaches, nausea, dizzy, diet, calories, workout, protein, insomnia, cough, allergy, allergies, allergic, surgery, infection, injury, vitamin, vitamins, supplement, supplements, sprained, knee, stomach, therapist, clinic, hospital, asthma, ankle, swollen, nutrition, exercise, weight loss, lose weight, thyroid',
    ],
    [1, 'sleep, health, healthy, medical, treatment, skin, muscle, heart, fitness, dose, gym, blood, bleeding, nurse, pills'],
  ],
  relationships: [
    [
      3,
      'boyfriend, girlfriend, husband, wife, fiance, fiancee, my ex, divorce, marriage, breakup, broke up, cheated, dating, my relationship, mother in, marriage counseling, in laws, my crush',
    ],
    [
      2,
      'partner, spouse, jealous, first date, break up, roommate, best friend, sister, brother, mom, mum, dad, mother, father, son, daughter, parents, flirting, affair, wedding, tinder, my friend, friendship, ghosted, toxic',
    ],
    [
      1,
      'relationship, friend, friends, family, love, trust, argue, argument, fight, fighting, romantic, apologize, together, text back, kids',
    ],
  ],
  companionship: [
    [
      3,
      'be my, you conscious, miss you, missed you, missed me, love you, roleplay as, you real, you love, marry me, girlfriend experience, good night, goodnight, just chat',
    ],
    [
      2,
      'good morning, your day, bored, my companion, companion, hang out, you remember, cuddle, hug, you feel, you there, only you, only one, our conversations',
    ],
    [1, 'chat, talk with, talk to, your name, your favorite'],
  ],
  spirituality: [
    [
      3,
      'god, jesus, bible, prayer, pray, praying, quran, astrology, horoscope, tarot, reincarnation, chakra, chakras, soulmate, third eye, spirit guide, spiritual, spirituality, awakening, enlightenment, prophet, prophecy, divine, buddhism, buddhist, church, zodiac, manifestation, karma, kundalini, mosque, synagogue, torah',
    ],
    [
      2,
      'soul, souls, faith, sin, heaven, angel, angels, meditation, meditate, universe, religion, religious, rituals, ritual, mystical, sacred, afterlife, scripture, chosen one, higher self, cosmic, starseed, demon, demons, gospel, mercury, salvation, worship, verse',
    ],
    [1, 'spirit, energy, consciousness, vibration, signs, blessing, blessed, holy, destiny, meaning of, purpose'],
  ],
  finance: [
    [
      3,
      'mortgage, stocks, invest, investing, investment, investments, crypto, bitcoin, credit card, credit score, retirement, budget, taxes, tax return, loan, loans, savings account, interest rate, dividend, dividends, etf, etfs, pension, debt, refinance, roth, ira, hedge fund, index fund, index funds',
    ],
    [
      2,
      'bank, savings, money, income, salary, stock, portfolio, tax, inflation, shares, rent, financial, finances, bonds, mutual funds, deduct, deductible, down payment, insurance, credit, bankruptcy, ethereum, trading, irs',
    ],
    [1, 'pay, cost, fund, funds, expenses, interest, wealth, saving, dollars, market'],
  ],
  coding: [
    [
      3,
      'python, javascript, typescript, java, sql, regex, react, kubernetes, docker, html, css, rust, golang, npm, segfault, stack trace, compile, compiler, nullpointerexception, typeerror, syntaxerror, postgres, postgresql, github, django, async, unit test, unit tests, refactor, leetcode, pandas, bash script, pull request, traceback, undefined is, git',
    ],
    [
      2,
      'code, function, bug, debug, debugging, api, array, loop, database, algorithm, endpoint, server, script, programming, developer, variable, import, const, def, json, query, deploy, backend, frontend, class method, runtime, exception, terminal, linux, library, recursion, recursive, binary search, data structure, repo, software',
    ],
    [
      1,
      'error, class, string, integer, method, app, return, null, object, install, build, schema, test, crash, crashes, parse, config',
    ],
  ],
  creative: [
    [
      3,
      'poem, short story, haiku, novel, lyrics, screenplay, sonnet, story about, fan fiction, fanfiction, plot twist, dungeons, worldbuilding, limerick, protagonist, villain, fantasy story, rhyme, rhymes',
    ],
    [
      2,
      'story, song, character, characters, fiction, poetry, scene, dialogue, plot, creative, imagine, brainstorm, roleplay, chapter, verses, painting, drawing, logo, draw, fantasy, dragon, tale, slogan, art',
    ],
    [1, 'write, writing, funny, joke, name ideas, title, style, describe'],
  ],
  learning: [
    [
      3,
      'homework, exam, calculus, algebra, photosynthesis, flashcards, quiz me, teach me, study for, spanish grammar, my essay, trigonometry, midterm, physics problem, multiplication, explain how, solve for, eli',
    ],
    [
      2,
      'explain, learn, learning, study, studying, teacher, lesson, grammar, vocabulary, conjugate, equation, chemistry, physics, biology, history, geography, math, maths, french, spanish, german, japanese, translate, university, college, theorem, school, tutor, professor, student, students, derivative, integral, essay',
    ],
    [
      1,
      'understand, difference between, define, definition, question, concept, course, practice, example, examples, what is, capital of, how does, why does, who was',
    ],
  ],
  work: [
    [
      3,
      'cover letter, resume, cv, job interview, my boss, my manager, coworker, coworkers, colleague, colleagues, performance review, promotion, quarterly, meeting notes, linkedin, my resignation, hr department, agenda, stakeholders, layoff, laid off, two weeks, notice period',
    ],
    [
      2,
      'job, career, manager, boss, office, client, clients, interview, meeting, email, presentation, powerpoint, spreadsheet, excel, deadline, employer, employee, employees, workplace, memo, slides, marketing, startup, business plan, raise, hiring, onboarding, team, overtime',
    ],
    [1, 'work, company, business, project, professional, proposal, report, draft, customer, customers, schedule'],
  ],
  shopping: [
    [
      3,
      'which laptop, i buy, best laptop, coupon, amazon, discount code, gift for, gift ideas, gift, recommend a, refund, shipping, warranty, product review, which phone, black friday, good deal, cheapest',
    ],
    [
      2,
      'buy, buying, purchase, price, prices, cheap, deal, deals, brand, brands, laptop, headphones, shoes, order, sale, store, recommend, shop, shopping, bought, iphone, mattress, vacuum, tv, sneakers, jacket, dress, delivery',
    ],
    [1, 'best, compare, under, review, reviews, size, color, product, worth'],
  ],
  research: [
    [
      3,
      'literature review, peer reviewed, systematic review, meta analysis, research question, hypothesis, citations, sources for, find sources, research paper, study design, p value, academic papers, recent studies, methodology, primary sources, summarize the',
    ],
    [
      2,
      'research, paper, papers, evidence, studies, data, statistics, survey, citation, cite, sources, journal, findings, thesis, dissertation, scholars, summarize, analysis, dataset, articles, article, regression, sample size',
    ],
    [1, 'source, according, trends, report on, overview, theory, effects of, impact of, policy'],
  ],
};
