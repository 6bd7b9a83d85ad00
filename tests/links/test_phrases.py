"""What sites say in three languages, short page by short page; and what they do not mean."""

from __future__ import annotations

import pytest

from portal.links.classify import classify
from portal.links.model import Observation, Verdict, Visit
from portal.links.page import PageReader

URL = "https://a.example/deep/page"


def judged(html: str) -> Verdict:
    reader = PageReader("text/html; charset=utf-8")
    reader.feed(html.encode())
    seen = Observation(URL, 200, "OK", page=reader.facts(), body_bytes=len(html))
    return classify(Visit(URL, (), seen)).verdict


BROKEN = """
Error 404 (Not Found)!!1
The page could not be found or you don't have permission to view it.
This page isn't available
Sorry, this page isn't available.
The link you followed may be broken, or the page may have been removed.
We couldn't find what you were looking for
Looks like this page is missing
Whoops, that page is gone.
The content you are looking for is no longer available
This page could not be found.
Cannot GET /deep/page
The resource you are looking for has been removed, had its name changed, or is unavailable.
Sorry, that page doesn't exist!
The page you were looking for doesn't exist. You may have mistyped the address.
Repository not found
Nothing found
It looks like nothing was found at this location.
We can't find that page
We're sorry, but the page you requested cannot be found.
Sorry, we can't seem to find the page you're looking for.
Uh-oh! Page not found
This video is private
This video has been removed by the user
The author deleted this post.
This course is no longer available
This account doesn't exist
User not found
The requested page "/deep/page" could not be found.
No such page
Page does not exist
Page Unavailable
410 Gone
This domain may be for sale
example.com - This website is for sale!
The domain example.com is available for purchase
This Web page is parked FREE, courtesy of GoDaddy.com
This domain has expired. Renew now
Future home of something quite cool.
This domain name has been registered with Namecheap
您要找的網頁已不存在
哎呀！找不到您要的頁面
很抱歉，此頁面已移除
頁面不存在或已下架
無此文章
查無資料
此連結已失效
網頁不存在
抱歉，您所查詢的資料不存在
文章已被刪除
404 找不到此頁
您所請求的頁面不存在
找不到檔案
您要前往的頁面不見了
此影片已無法觀看
這部影片是私人影片
您访问的页面不存在或已删除
页面没有找到
抱歉，页面无法访问
该页面已失效
你要访问的内容不存在
此内容无法显示
链接已过期
文章已删除
内容不存在
视频已失效
用户不存在
该问题已被删除
出错了，您访问的页面不存在
该文章已下线
啊哦，你所访问的页面不存在了
很抱歉，您要访问的页面已经被删除
没有找到您要访问的页面
网页走丢了
您访问的域名正在出售
这个域名可以转让
此網域名稱待售
500 Internal Server Error
502 Bad Gateway
Sorry, but the page you were trying to view does not exist.
The page you are trying to access does not exist
Oops! We can't find that page.
We couldn't find that page
404. That's an error.
The requested URL was not found on our servers.
Error: 404
HTTP Error 404
404 - File or directory not found.
Sorry, this content is no longer available
This item is no longer available.
Article not found
Post not found
Document not found
Product not found
The document has been deleted
This blog has been removed
Oops! Nothing here
This link has expired
This page has been removed
This page no longer exists
The page has moved or no longer exists.
Sorry! That page cannot be found.
Sorry, we can’t find the page you’re looking for
The file you have requested does not exist.
The topic you requested could not be found.
This repository has been deleted
Channel not found
Space not found
Gone
Not Found (404)
Oh no! 404
Page cannot be displayed
抱歉，找不到您要找的頁面
對不起，您要的網頁不存在！
找不到這個頁面
這個頁面不存在
此網頁已經移除
文章不存在
此文章不存在或已被刪除
您所查找的頁面不存在
我們找不到您要的頁面
頁面已移除
頁面找不到了
沒有這個頁面
查無此文章
此貼文已刪除
此筆資料不存在
活動頁面已下架
很抱歉！您尋找的頁面不存在
系統找不到指定的檔案
無法找到該網頁
错误 404：页面不存在
您要找的页面不存在
抱歉，没有找到相关页面
对不起，您访问的页面不存在或已被删除！
您要查看的页面已删除
无法找到该页
文章不存在或已删除
该帖子已被删除
该视频已被删除
该页面不存在
此页面不存在
您请求的页面不存在
抱歉，你访问的页面地址有误，或者该页面不存在
此内容因违规无法查看
该账号已注销
你访问的页面已被外星人劫持
页面找不到了
您查看的宝贝不存在
This domain is parked
Buy this domain
This domain name is for sale
The domain name example.com is for sale
Domain for sale
The owner of this domain is offering it for sale
此域名已过期
本域名转让
網域已過期
該網域已停用
Website expired
This site has been suspended
This account has been suspended.
Contact your hosting provider for more information
503 Service Temporarily Unavailable
Internal Server Error
Database Error
"""

BLOCKED = """
Access to this page has been denied
Checking if the site connection is secure
One more step. Please complete the security check to access a.example
Please turn JavaScript on and reload the page.
Performing security verification
Verify you are human by completing the action below.
a.example needs to review the security of your connection before proceeding.
Verifying you are human. This may take a few seconds.
Your connection needs to be verified before you can proceed
Please verify you are a human
您的访问请求可能对网站造成安全威胁，请求已被阻断
请开启JavaScript并刷新该页
人机身份验证
請證明您不是機器人
请完成以下验证后继续访问
您的訪問過於頻繁，請稍後再試
Access Denied
Please verify you're not a robot
Are you human?
Bot detection
Attention Required!
DDoS protection by Cloudflare
Please complete the captcha to continue
Checking your browser before accessing
We need to make sure you are not a robot
Please prove you're human
Request blocked
You have been blocked
Access to this site has been blocked
Suspicious activity detected
To continue, please type the characters below
請輸入驗證碼
请输入验证码
请进行安全验证
網站防火牆
您的IP已被封鎖
您的请求已被拦截
正在验证您的浏览器
正在檢查您的瀏覽器
请求频率过快
This content is not available in your region
Before you continue to Google
We value your privacy
"""

LOGIN = """
You must be logged in to view this page
Log in to continue
Please sign in to access this content
You need to sign in to view this page.
Create an account to continue
請登入以繼續
请登录后继续
您尚未登入，請先登入
需要登入才能檢視
登录后可查看更多内容
Sign in required
Please log in
Login required
Sign in to continue reading
You are not logged in
Please sign in or register
Members only
This page requires login
Authentication required
Log in with your account
請先登入會員
您必須登入才能瀏覽此頁面
請登入會員
需登入後觀看
请先登录账号
请登录
您需要登录才能查看
登录以继续
仅限会员访问
"""

PAYWALL = """
This content is for paid subscribers
Subscribe now to continue reading
Unlock this article with a subscription
You have reached your limit of free articles
To continue reading, become a member
解鎖全文，立即訂閱
本文為訂閱會員限定
成为会员继续阅读
购买后可阅读全文
剩餘內容需付費閱讀
会员专享内容
Subscribe to read the full story
This article is for subscribers only
You've read all your free articles this month
Already a subscriber? Log in. Subscribe to unlock this article
Upgrade to paid to read this post
This post is for paid subscribers
Get full access
Premium content
訂閱解鎖全文
加入會員看全文
本文限訂閱會員閱讀
付費訂閱才能看完整文章
本文为付费文章
订阅专栏 解锁全文
开通会员解锁全文
VIP专享
"""

WORKING = """
Lost and Found: a short film
Not Found Films presents
How to sign in with Python
Handling 404 errors in Flask
Sign in the sky
We found the missing page of the manuscript
The file format is described here.
Domain adaptation for language models
Domain-driven design
Login nodes of the cluster are listed below
A removed vertex leaves a smaller graph
Access control lists
Members of the laboratory
Subscribe to our newsletter
Pages that rank well
搜尋引擎如何找到頁面
登入節點說明
會員大會通知
刪除檔案的指令是 rm
不存在的騎士
找不到工作怎麼辦
页面置换算法
删除数组中的元素
付費與免費方案比較
Missing data imputation
The gone world
The page fault handler
Robot vision
Human-level control through deep reinforcement learning
Verify your installation
Cookie recipes
Object detection with YOLO
Gone with the Wind
Nothing to see here: privacy by design
Home
The Missing Semester of Your CS Education
Access denied: the history of censorship in Asia and what came next in the decade
Blocked matrix multiplication
An error has occurred in my thinking
資料庫系統錯誤處理
驗證碼的歷史
登入流程設計
請求與回應
文章列表
刪除與更新
Deleted scenes
Permission denied (publickey)
Removing outliers
Premium bonds
Members
Cookies
Consent in machine learning
Forbidden graph characterization
Verification of neural networks
Bad Gateway (band)
Parking lot occupancy
For sale: baby shoes, never worn
The domain of a function
未找到的手稿
沒有銀彈
無此必要
不存在的數字
頁面設計
失效分析
過期的麵包
文件系统
页面
登录流程
付费用户分析
会员制度
安全验证机制研究
Captcha recognition with CNN
No free lunch theorem
404 Media
Area 404
Login form design patterns
"""


def pages(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line]


def heading(text: str) -> str:
    return f"<title>Example</title><body><h1>{text}</h1><p><a href=/>Home</a></body>"


def paragraph(text: str) -> str:
    return f"<title>Example</title><body><div><p>{text}</p><a href=/>Home</a></div></body>"


@pytest.mark.parametrize("form", [heading, paragraph])
@pytest.mark.parametrize(("table", "verdict"), [
    (BROKEN, Verdict.BROKEN), (BLOCKED, Verdict.BLOCKED), (LOGIN, Verdict.LOGIN),
    (PAYWALL, Verdict.PAYWALL), (WORKING, Verdict.WORKING),
], ids=["broken", "blocked", "login", "paywall", "working"])  # fmt: skip
def test_short_pages(form: object, table: str, verdict: Verdict) -> None:
    wrong = {text: judged(form(text)) for text in pages(table)}  # type: ignore[operator]
    assert {text: found.value for text, found in wrong.items() if found is not verdict} == {}


@pytest.mark.parametrize("table", [BROKEN, BLOCKED, LOGIN, WORKING])
def test_a_long_article_that_quotes_them_is_an_article(table: str) -> None:
    words = "<p>" + "An article has many sentences, and this is one of them. " * 20
    wrong = {}
    for text in pages(table):
        html = f"<title>On errors</title><h1>What sites say</h1>{words * 5}<p>“{text}”{words * 5}"
        if (found := judged(html)) is not Verdict.WORKING:
            wrong[text] = found.value
    assert wrong == {}


def test_an_encyclopedia_entry_on_404_is_no_404() -> None:
    text = ("<title>404 Not Found - HTTP | Docs</title><h1>404 Not Found</h1><p>The HTTP 404 Not "
            "Found client error response status code indicates that the server cannot find the "
            "requested resource.<h2>Status</h2><h2>Examples</h2><h2>See also</h2>")  # fmt: skip
    assert judged(text) is Verdict.WORKING
